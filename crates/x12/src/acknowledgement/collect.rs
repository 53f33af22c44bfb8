//! Collects findings in the form in which acknowledgements carry them.

use super::context::Surroundings;
use super::errors::{add_code, add_element, cut, is_segment_id, segment_error};
use super::outcome::{GroupOutcome, InterchangeOutcome, TransactionOutcome};
use crate::check::{Ended, GroupEnded, InterchangeEnded, Report};
use crate::finding::{Code, Finding, Severity};
use crate::guide::Guide;
use crate::segment::Segment;
use crate::walk::Placed;
use crate::writer::{Party, Usage};

/// Whether acknowledgements repeat offending values (IK404). They return to the sender of the data;
/// stored or logged they are PHI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Values {
    /// Values are repeated, as the guide defines.
    Copied,
    /// Only places and codes.
    Withheld,
}

/// Maximum number of groups kept together: one more than an interchange may have.
const GROUPS: usize = 100_000;

/// Collects from the checker what acknowledgements carry, up to a limit.
#[derive(Debug)]
pub struct Acknowledger {
    values: Values,
    /// Interchanges that have ended.
    done: Vec<InterchangeOutcome>,
    /// The open interchange, whose outcome is not yet known.
    open: Option<InterchangeOutcome>,
    /// What the current transaction set names besides its errors.
    surroundings: Surroundings,
    /// The current transaction set has no known guide.
    unguided: bool,
    /// How many more entries may be kept, and groups besides.
    left: usize,
    groups_left: usize,
    /// The outermost open envelope that is not kept.
    skipped: Skipped,
    complete: bool,
}

/// The open envelopes that are not kept: this one and those inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Skipped {
    Nothing,
    Transaction,
    Group,
    Interchange,
}

impl Acknowledger {
    /// The limit of [`Acknowledger::new`]; what is kept then takes less than 100 MB.
    pub const DEFAULT_LIMIT: usize = 100_000;

    /// An empty acknowledger with the default limit.
    pub fn new(values: Values) -> Self {
        Self::with_limit(Self::DEFAULT_LIMIT, values)
    }

    /// An empty acknowledger that keeps at most `max` interchanges, transaction sets and errors
    /// together. Transaction sets beyond the limit are counted but not listed; interchanges beyond
    /// it are not acknowledged. Each group is kept, as far as IEA01 can count them.
    pub fn with_limit(max: usize, values: Values) -> Self {
        Self {
            values,
            done: Vec::new(),
            open: None,
            surroundings: Surroundings::default(),
            unguided: false,
            left: max,
            groups_left: GROUPS,
            skipped: Skipped::Nothing,
            complete: true,
        }
    }

    /// Whether everything was kept, besides transaction sets that are accepted: a 999 need not list
    /// those.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// Reserves room for one more error; false where the limit is reached.
    fn reserve(&mut self) -> bool {
        let is_kept = take_one(&mut self.left);
        self.complete &= is_kept;
        is_kept
    }

    /// Reserves room for an envelope that opens inside kept ones.
    fn open(&mut self, kind: Skipped) -> bool {
        if self.skipped > kind {
            return false;
        }
        let is_kept = take_one(match kind {
            Skipped::Group => &mut self.groups_left,
            _ => &mut self.left,
        });
        self.complete &= is_kept || kind == Skipped::Transaction;
        self.skipped = if is_kept { Skipped::Nothing } else { kind };
        is_kept
    }

    fn interchange(&mut self) -> Option<&mut InterchangeOutcome> {
        let kept = self.skipped < Skipped::Interchange;
        self.open.as_mut().filter(|_| kept)
    }

    /// The interchanges that have ended since the last call, for acknowledgements that are written
    /// while a stream is read.
    pub fn take_ended(&mut self) -> Vec<InterchangeOutcome> {
        let ended = std::mem::take(&mut self.done);
        let entries = ended.iter().map(InterchangeOutcome::entries);
        self.left = self.left.saturating_add(entries.sum());
        let groups = ended.iter().map(|ended| ended.groups.len());
        self.groups_left = self.groups_left.saturating_add(groups.sum());
        ended
    }

    /// The outcome of each interchange. One that has not ended is rejected as truncated.
    pub fn finish(mut self) -> Vec<InterchangeOutcome> {
        if let Some(mut open) = self.open.take() {
            open.notes.push("023");
            open.reject();
            self.done.push(open);
        }
        self.done
    }

    fn group(&mut self) -> Option<&mut GroupOutcome> {
        let kept = self.skipped < Skipped::Group;
        self.interchange()?.groups.last_mut().filter(|_| kept)
    }

    fn transaction(&mut self) -> Option<&mut TransactionOutcome> {
        let kept = self.skipped < Skipped::Transaction;
        self.group()?.transactions.last_mut().filter(|_| kept)
    }
}

/// Takes one where one is left.
fn take_one(left: &mut usize) -> bool {
    let taken = left.checked_sub(1);
    *left = taken.unwrap_or_default();
    taken.is_some()
}

impl Report for Acknowledger {
    fn interchange_began(&mut self, isa: &Segment<'_>) {
        self.skipped = Skipped::Nothing;
        if !self.open(Skipped::Interchange) {
            return;
        }
        let party = |qualifier: usize| Party {
            qualifier: isa.element(qualifier).to_owned(),
            id: isa.element(qualifier + 1).trim_end_matches(' ').to_owned(),
        };
        self.open = Some(InterchangeOutcome {
            sender: party(5),
            receiver: party(7),
            control: isa.element(13).to_owned(),
            date: isa.element(9).to_owned(),
            time: isa.element(10).to_owned(),
            requests_ta1: isa.element(14) == "1",
            usage: if isa.element(15) == "T" {
                Usage::Test
            } else {
                Usage::Production
            },
            has_ta1: false,
            notes: Vec::new(),
            groups: Vec::new(),
        });
    }

    fn acknowledgement(&mut self, _: &Segment<'_>) {
        if let Some(interchange) = self.interchange() {
            interchange.has_ta1 = true;
        }
    }

    fn group_began(&mut self, gs: &Segment<'_>) {
        self.skipped = if self.skipped < Skipped::Interchange {
            Skipped::Nothing
        } else {
            self.skipped
        };
        if !self.open(Skipped::Group) {
            return;
        }
        let text = |n| cut(gs.element(n));
        if let Some(interchange) = self.interchange() {
            interchange.groups.push(GroupOutcome {
                functional_id: text(1),
                sender: text(2),
                receiver: text(3),
                control: text(6),
                version: text(8),
                stated: None,
                codes: Vec::new(),
                transactions: Vec::new(),
                unlisted: (0, 0),
            });
        }
    }

    fn transaction_began(&mut self, st: &Segment<'_>, guide: Option<&'static Guide>) {
        self.unguided = guide.is_none();
        self.surroundings = Surroundings::naming_units(self.values == Values::Copied);
        self.skipped = if self.skipped < Skipped::Group {
            Skipped::Nothing
        } else {
            self.skipped
        };
        if !self.open(Skipped::Transaction) {
            if let Some(group) = self.group() {
                group.unlisted.0 = group.unlisted.0.saturating_add(1);
            }
            return;
        }
        let text = |n| cut(st.element(n));
        if let Some(group) = self.group() {
            group.transactions.push(TransactionOutcome {
                id: text(1),
                control: text(2),
                version: text(3),
                accepted: guide.is_some(),
                codes: Vec::new(),
                segments: Vec::new(),
            });
        }
    }

    fn segment(&mut self, segment: &Segment<'_>, placed: Option<&Placed>) {
        self.surroundings.take(segment, placed);
    }

    fn finding(&mut self, finding: &Finding<'_>) {
        if finding.severity() == Severity::Warning {
            return;
        }
        let copied = self.values == Values::Copied;
        if let Some(note) = finding.interchange_note() {
            if let Some(interchange) = self.interchange().filter(|known| !known.notes.contains(&note)) {
                interchange.notes.push(note);
            }
            return;
        }
        match finding.kind.code() {
            Code::Interchange(_) => {}
            Code::Group(code) => {
                if let Some(group) = self.group().filter(|known| !known.codes.contains(&code)) {
                    group.codes.push(code);
                }
            }
            Code::Transaction(code) => {
                if let Some(transaction) = self.transaction() {
                    add_code(transaction, code);
                }
            }
            Code::Segment(_) | Code::Element(_) if !self.reserve() => {}
            Code::Segment(code) => {
                let context = self.surroundings.of(finding);
                if let Some(transaction) = self.transaction() {
                    let mut error = segment_error(finding, code, context);
                    if let Some(id) = finding.value.filter(|id| copied && is_segment_id(id)) {
                        id.clone_into(&mut error.id);
                    }
                    transaction.segments.push(error);
                }
            }
            Code::Element(code) => {
                let context = self.surroundings.of(finding);
                if let Some(transaction) = self.transaction() {
                    add_element(transaction, finding, code, copied, context);
                }
            }
            // A 277CA reports these for claims. Other transaction sets have no such response and
            // are rejected.
            Code::Claim(..) => match self.transaction() {
                Some(transaction) if transaction.id == "837" => {}
                Some(transaction) => add_code(transaction, "I5"),
                None => {}
            },
        }
    }

    fn transaction_ended(&mut self, ended: &Ended) {
        if self.skipped == Skipped::Transaction {
            self.complete &= ended.is_accepted;
            if let Some(group) = self.group().filter(|_| ended.is_accepted) {
                group.unlisted.1 = group.unlisted.1.saturating_add(1);
            }
        }
        let otherwise = if self.unguided { "I6" } else { "I5" };
        if let Some(transaction) = self.transaction() {
            transaction.accepted = ended.is_accepted;
            // Some errors are reported after their place.
            transaction.segments.sort_by_key(|error| error.position);
            if !transaction.segments.is_empty() {
                add_code(transaction, "5");
            }
            if !transaction.accepted && transaction.codes.is_empty() {
                add_code(transaction, otherwise);
            }
        }
    }

    fn group_ended(&mut self, ended: &GroupEnded) {
        if let Some(group) = self.group() {
            group.stated = ended.stated;
            if ended.is_rejected {
                group.reject();
            }
        }
    }

    fn interchange_ended(&mut self, ended: &InterchangeEnded) {
        let Some(mut interchange) = self.open.take() else {
            return;
        };
        if ended.is_rejected {
            interchange.reject();
        }
        self.done.push(interchange);
    }
}
