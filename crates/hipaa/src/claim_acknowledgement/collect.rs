//! Collects from the checker the content of a 277CA.

use super::assembly::{BatchAssembly, BatchHeader, Entry, Keep};
use super::assign::Assigner;
use super::received::{ReceivedBatch, ReceivedClaim, ReceivedProvider};
use crate::parts::{Identifier, Name, Reference, When};
use crate::status::Status;
use mc_x12::check::{Ended, GroupEnded, InterchangeEnded, Report};
use mc_x12::guide::Guide;
use mc_x12::walk::Placed;
use mc_x12::{Delimiters, Finding, Party, Segment, Severity, Usage, finding::FindingKind};

/// What the response repeats of the interchange of the claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parties {
    pub(super) sender: Party,
    pub(super) receiver: Party,
    pub(super) usage: Usage,
    /// ISA13.
    pub(super) control: String,
}

/// Follows an input of claims.
#[derive(Debug)]
pub(super) struct Intake {
    parties: Option<Parties>,
    /// Delimiters of the response.
    delimiters: Delimiters,
    assembly: Option<BatchAssembly>,
    institutional: bool,
    /// The last NM1: its segment number and role.
    named: (u32, String),
}

impl Default for Intake {
    fn default() -> Self {
        Self {
            parties: None,
            delimiters: Delimiters::STANDARD,
            assembly: None,
            institutional: false,
            named: (0, String::new()),
        }
    }
}

impl Intake {
    pub(super) fn interchange_began(&mut self, isa: &Segment<'_>) {
        let party = |qualifier: usize| Party {
            qualifier: isa.element(qualifier).to_owned(),
            id: isa.element(qualifier + 1).trim_end_matches(' ').to_owned(),
        };
        let usage = if isa.element(15) == "T" {
            Usage::Test
        } else {
            Usage::Production
        };
        let (sender, receiver) = (party(5), party(7));
        self.delimiters = Delimiters::STANDARD.apart_from(&[&sender.id, &receiver.id]);
        self.parties = Some(Parties {
            sender,
            receiver,
            usage,
            control: isa.element(13).to_owned(),
        });
    }

    /// Whether it is a transaction set of claims.
    pub(super) fn transaction_began(&mut self, st: &Segment<'_>, guide: Option<&'static Guide>) -> bool {
        let guide = guide.filter(|guide| guide.transaction == "837");
        self.institutional = guide.is_some_and(|guide| guide.version.contains("X223"));
        self.assembly = guide.map(|_| BatchAssembly::of(st.element(2)));
        guide.is_some()
    }

    pub(super) fn segment(&mut self, segment: &Segment<'_>, placed: Option<&Placed>, keep: &mut Keep<'_>) {
        let (Some(assembly), Some(placed)) = (&mut self.assembly, placed) else {
            return;
        };
        let (number, delimiters) = (segment.number(), self.delimiters);
        let text = |n: usize, max: usize| written(segment.element(n), max, delimiters);
        if segment.id() == "NM1" {
            self.named = (number, text(1, 3));
        }
        match (segment.id(), placed.within.id) {
            ("BHT", _) => assembly.header.reference = text(3, 50),
            ("HL", level) => assembly.level(number, level, keep),
            ("NM1", "1000A") => assembly.header.submitter = name(segment, delimiters),
            ("NM1", "1000B") => assembly.header.payer = name(segment, delimiters),
            ("NM1", "2010AA") => assembly.provider(name(segment, delimiters)),
            ("REF", "2010AA") if matches!(segment.element(1), "EI" | "SY") => {
                assembly.tax_id(text(2, 80));
            }
            ("NM1", "2010BA") => assembly.subscriber(name(segment, delimiters)),
            ("NM1", "2010CA") => assembly.patient(name(segment, delimiters)),
            ("CLM", _) => {
                let claim = claim(segment, self.institutional, delimiters);
                assembly.begin_claim(number, claim, keep);
            }
            ("DTP", _) if matches!(segment.element(1), "472" | "434") => {
                let when = When::read(segment.element(2), segment.element(3));
                if let (Some(first), Some(last)) = (when.first_day(), when.last_day()) {
                    assembly.served(first, last);
                }
            }
            ("REF", "2300") if segment.element(1) == "D9" => {
                assembly.reference(Reference::new("D9", text(2, 50)));
            }
            ("SE", _) => assembly.end_claim(number, keep),
            _ => {}
        }
    }

    pub(super) fn finding(&mut self, finding: &Finding<'_>) {
        let Some(assembly) = self.assembly.as_mut().filter(|_| finding.severity() == Severity::Error) else {
            return;
        };
        let (category, code) = finding.kind.claim_status();
        let is_of_name = self.named.0 == finding.place.segment && finding.kind == FindingKind::BadNpi;
        let entity = if is_of_name {
            self.named.1.clone()
        } else {
            String::new()
        };
        assembly.found(
            finding.place.segment,
            Status {
                entity,
                ..Status::new(category, code)
            },
        );
    }

    /// The transaction set of claims that has ended.
    pub(super) fn transaction_ended(&mut self, keep: &mut Keep<'_>) -> Option<(BatchHeader, Parties)> {
        let (assembly, parties) = (self.assembly.take()?, self.parties.clone()?);
        Some((assembly.finish(keep), parties))
    }
}

/// Collects every claim of every 837 from the checker. Memory grows with the number of claims;
/// [`super::ClaimSpooler`] keeps them in a file.
///
/// A batch is complete when its interchange has ended: where the interchange or the group is
/// rejected, so is the batch.
#[derive(Debug, Default)]
pub struct ClaimAcknowledger {
    /// Batches of interchanges that have ended.
    done: Vec<ReceivedBatch>,
    /// Batches of the open interchange, from groups that have ended.
    interchange: Vec<ReceivedBatch>,
    /// Batches of the open group.
    group: Vec<ReceivedBatch>,
    intake: Intake,
    /// Of the open transaction set.
    entries: Vec<Entry>,
}

impl ClaimAcknowledger {
    /// The transaction sets of claims whose interchange has ended since the last call, for
    /// responses that are written while a stream is read.
    pub fn take_ended(&mut self) -> Vec<ReceivedBatch> {
        std::mem::take(&mut self.done)
    }

    /// Every transaction set of claims. Those of an interchange that has not ended are rejected.
    pub fn finish(mut self) -> Vec<ReceivedBatch> {
        self.end_group(true);
        self.end_interchange(true);
        self.done
    }

    fn end_group(&mut self, is_rejected: bool) {
        end(&mut self.group, &mut self.interchange, is_rejected);
    }

    fn end_interchange(&mut self, is_rejected: bool) {
        end(&mut self.interchange, &mut self.done, is_rejected);
    }
}

/// Moves the batches of an envelope to the one around it.
fn end(from: &mut Vec<ReceivedBatch>, to: &mut Vec<ReceivedBatch>, is_rejected: bool) {
    for batch in &mut *from {
        batch.is_rejected |= is_rejected;
    }
    to.append(from);
}

impl Report for ClaimAcknowledger {
    fn interchange_began(&mut self, isa: &Segment<'_>) {
        self.intake.interchange_began(isa);
    }

    fn transaction_began(&mut self, st: &Segment<'_>, guide: Option<&'static Guide>) {
        self.entries.clear();
        self.intake.transaction_began(st, guide);
    }

    fn segment(&mut self, segment: &Segment<'_>, placed: Option<&Placed>) {
        let entries = &mut self.entries;
        self.intake.segment(segment, placed, &mut |entry| entries.push(entry));
    }

    fn finding(&mut self, finding: &Finding<'_>) {
        self.intake.finding(finding);
    }

    fn unlisted(&mut self, finding: &Finding<'_>) {
        self.intake.finding(finding);
    }

    fn transaction_ended(&mut self, ended: &Ended) {
        let entries = &mut self.entries;
        let Some((header, parties)) = self.intake.transaction_ended(&mut |entry| entries.push(entry)) else {
            return;
        };
        let Parties {
            sender,
            receiver,
            usage,
            ..
        } = parties;
        let providers = providers(std::mem::take(&mut self.entries), &header.findings);
        self.group.push(ReceivedBatch {
            sender,
            receiver,
            usage,
            control: header.control,
            reference: header.reference,
            submitter: header.submitter,
            payer: header.payer,
            is_rejected: !ended.is_accepted,
            providers,
        });
    }

    fn group_ended(&mut self, ended: &GroupEnded) {
        self.end_group(ended.is_rejected);
    }

    fn interchange_ended(&mut self, ended: &InterchangeEnded) {
        self.end_interchange(ended.is_rejected);
    }
}

/// Providers with their claims, each with its statuses.
fn providers(entries: Vec<Entry>, findings: &[(u32, Status)]) -> Vec<ReceivedProvider> {
    let mut assigner = Assigner::new(findings);
    let mut providers: Vec<ReceivedProvider> = Vec::new();
    for entry in entries {
        match entry {
            Entry::Level { begin, rank, statuses } => assigner.level(begin, rank, &statuses),
            Entry::Provider(name) => providers.push(ReceivedProvider {
                name,
                claims: Vec::new(),
            }),
            Entry::Claim(of) => {
                let statuses = assigner.claim(of.begin, of.end, &of.claim.statuses);
                if let Some(provider) = providers.last_mut() {
                    provider.claims.push(ReceivedClaim { statuses, ..of.claim });
                }
            }
        }
    }
    providers
}

/// The part of a value that can be written: the response has its own delimiters and lengths.
fn written(text: &str, max: usize, delimiters: Delimiters) -> String {
    let fits = |c: char| mc_x12::is_written(c) && !delimiters.contains(c);
    let written = text.chars().map(|c| if fits(c) { c } else { ' ' });
    written.take(max).collect::<String>().trim().to_owned()
}

fn name(nm1: &Segment<'_>, delimiters: Delimiters) -> Name {
    let text = |n: usize, max| written(nm1.element(n), max, delimiters);
    let (qualifier, id) = (text(8, 2), text(9, 80));
    Name {
        role: text(1, 3),
        is_person: Some(nm1.element(2) == "1"),
        last: text(3, 60),
        first: text(4, 35),
        middle: text(5, 25),
        suffix: text(7, 10),
        id: (!qualifier.is_empty() && !id.is_empty()).then(|| Identifier::new(qualifier, id)),
        ..Name::default()
    }
}

fn claim(clm: &Segment<'_>, institutional: bool, delimiters: Delimiters) -> ReceivedClaim {
    let bill = format!("{}{}", clm.component(5, 1), clm.component(5, 3));
    let bill = Reference::new("BLT", written(&bill, 50, delimiters));
    ReceivedClaim {
        number: written(clm.element(1), 38, delimiters),
        charge: mc_x12::number(clm.element(2)),
        references: institutional.then_some(bill).into_iter().collect(),
        ..ReceivedClaim::default()
    }
}
