//! Collects from the checker the content of a 277CA.

use super::assembly::BatchAssembly;
use super::received::{ReceivedBatch, ReceivedClaim};
use crate::parts::{Identifier, Name, Reference, When};
use crate::status::Status;
use mc_x12::check::{Ended, GroupEnded, InterchangeEnded, Report};
use mc_x12::guide::Guide;
use mc_x12::walk::Placed;
use mc_x12::{Delimiters, Finding, Party, Segment, Severity, Usage, finding::FindingKind};

/// Collects every claim of every 837 from the checker. Memory grows with the number of claims.
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
    envelope: Option<(Party, Party, Usage)>,
    assembly: Option<BatchAssembly>,
    institutional: bool,
    /// The last NM1: its segment number and role.
    named: (u32, String),
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
        let party = |qualifier: usize| Party {
            qualifier: isa.element(qualifier).to_owned(),
            id: isa.element(qualifier + 1).trim_end().to_owned(),
        };
        let usage = if isa.element(15) == "T" {
            Usage::Test
        } else {
            Usage::Production
        };
        self.envelope = Some((party(5), party(7), usage));
    }

    fn transaction_began(&mut self, st: &Segment<'_>, guide: Option<&'static Guide>) {
        let guide = guide.filter(|guide| guide.transaction == "837");
        self.institutional = guide.is_some_and(|guide| guide.version.contains("X223"));
        self.assembly = guide.map(|_| BatchAssembly::of(st.element(2)));
    }

    fn segment(&mut self, segment: &Segment<'_>, placed: Option<&Placed>) {
        let (Some(assembly), Some(placed)) = (&mut self.assembly, placed) else {
            return;
        };
        let number = segment.number();
        if segment.id() == "NM1" {
            self.named = (number, segment.element(1).to_owned());
        }
        match (segment.id(), placed.within.id) {
            ("BHT", _) => assembly.reference = written(segment.element(3), 50),
            ("HL", level) => assembly.level(number, level),
            ("NM1", "1000A") => assembly.submitter = name(segment),
            ("NM1", "1000B") => assembly.payer = name(segment),
            ("NM1", "2010AA") => assembly.provider(name(segment)),
            ("REF", "2010AA") if matches!(segment.element(1), "EI" | "SY") => {
                assembly.tax_id(written(segment.element(2), 80));
            }
            ("NM1", "2010BA") => assembly.subscriber(name(segment)),
            ("NM1", "2010CA") => assembly.patient(name(segment)),
            ("CLM", _) => assembly.begin_claim(number, claim(segment, self.institutional)),
            ("DTP", _) if matches!(segment.element(1), "472" | "434") => {
                let when = When::read(segment.element(2), segment.element(3));
                if let (Some(first), Some(last)) = (when.first_day(), when.last_day()) {
                    assembly.served(first, last);
                }
            }
            ("REF", "2300") if segment.element(1) == "D9" => {
                assembly.reference(Reference::new("D9", written(segment.element(2), 50)));
            }
            ("SE", _) => assembly.end_claim(number),
            _ => {}
        }
    }

    fn finding(&mut self, finding: &Finding<'_>) {
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

    fn transaction_ended(&mut self, ended: &Ended) {
        let (Some(mut assembly), Some((sender, receiver, usage))) = (self.assembly.take(), self.envelope.clone())
        else {
            return;
        };
        self.group.push(ReceivedBatch {
            sender,
            receiver,
            usage,
            control: std::mem::take(&mut assembly.control),
            reference: std::mem::take(&mut assembly.reference),
            submitter: std::mem::take(&mut assembly.submitter),
            payer: std::mem::take(&mut assembly.payer),
            is_rejected: !ended.is_accepted,
            providers: assembly.finish(),
        });
    }

    fn group_ended(&mut self, ended: &GroupEnded) {
        self.end_group(ended.is_rejected);
    }

    fn interchange_ended(&mut self, ended: &InterchangeEnded) {
        self.end_interchange(ended.is_rejected);
    }
}

/// The part of a value that can be written: the response has its own delimiters and lengths.
fn written(text: &str, max: usize) -> String {
    let fits = |c: char| (c == ' ' || c.is_ascii_graphic()) && !Delimiters::STANDARD.contains(c);
    let written = text.chars().map(|c| if fits(c) { c } else { ' ' });
    written.take(max).collect::<String>().trim().to_owned()
}

fn name(nm1: &Segment<'_>) -> Name {
    let text = |n: usize, max| written(nm1.element(n), max);
    let (qualifier, id) = (text(8, 2), text(9, 80));
    Name {
        role: text(1, 3),
        is_person: nm1.element(2) == "1",
        last: text(3, 60),
        first: text(4, 35),
        middle: text(5, 25),
        suffix: text(7, 10),
        id: (!qualifier.is_empty() && !id.is_empty()).then(|| Identifier::new(qualifier, id)),
        ..Name::default()
    }
}

fn claim(clm: &Segment<'_>, institutional: bool) -> ReceivedClaim {
    let bill = format!("{}{}", clm.component(5, 1), clm.component(5, 3));
    let bill = Reference::new("BLT", written(&bill, 50));
    ReceivedClaim {
        number: written(clm.element(1), 38),
        charge: mc_x12::number(clm.element(2)),
        references: institutional.then_some(bill).into_iter().collect(),
        ..ReceivedClaim::default()
    }
}
