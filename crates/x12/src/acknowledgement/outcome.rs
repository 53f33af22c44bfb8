//! The outcome of an interchange, in the terms of its acknowledgements.

use super::errors::add_code;
use crate::writer::{Party, Usage};

/// One interchange and its errors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InterchangeOutcome {
    /// ISA05/06.
    pub sender: Party,
    /// ISA07/08.
    pub receiver: Party,
    /// ISA13.
    pub control: String,
    /// ISA09.
    pub date: String,
    /// ISA10.
    pub time: String,
    /// ISA14: the sender requests a TA1.
    pub requests_ta1: bool,
    /// ISA15.
    pub usage: Usage,
    /// It holds a TA1.
    pub has_ta1: bool,
    /// TA105, in the order found.
    pub notes: Vec<&'static str>,
    /// Its groups.
    pub groups: Vec<GroupOutcome>,
}

/// One functional group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupOutcome {
    /// GS01, AK101.
    pub functional_id: String,
    /// GS02.
    pub sender: String,
    /// GS03.
    pub receiver: String,
    /// GS06, AK102.
    pub control: String,
    /// GS08, AK103.
    pub version: String,
    /// GE01, AK902; `None` where it is not a number.
    pub stated: Option<u32>,
    /// AK905.
    pub codes: Vec<&'static str>,
    /// Its transaction sets.
    pub transactions: Vec<TransactionOutcome>,
    /// Transaction sets beyond the limit, and the number of them that are accepted.
    pub unlisted: (u32, u32),
}

/// One transaction set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransactionOutcome {
    /// ST01, AK201.
    pub id: String,
    /// ST02, AK202.
    pub control: String,
    /// ST03, AK203.
    pub version: String,
    /// IK5: the transaction set has no errors that reject it, and neither has its group or
    /// interchange.
    pub accepted: bool,
    /// IK502 to IK506.
    pub codes: Vec<String>,
    /// IK3.
    pub segments: Vec<SegmentError>,
}

/// A segment in error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SegmentError {
    /// IK301.
    pub id: String,
    /// IK302: segment number in the transaction set, ST = 1.
    pub position: u32,
    /// IK303, the base standard's number of the loop, `2010` for 2010AA; empty outside loops.
    pub loop_id: String,
    /// IK304.
    pub code: String,
    /// CTX: the claim, member or inquiry that the segment belongs to.
    pub unit: Option<BusinessUnit>,
    /// CTX: why a situational segment is required or not allowed.
    pub triggers: Vec<SituationalTrigger>,
    /// IK4.
    pub elements: Vec<ElementError>,
}

/// The sender's name of the business unit in error (CTX01).
#[derive(Clone, PartialEq, Eq)]
pub struct BusinessUnit {
    /// CTX01-1: `CLM01` claim, `TRN02` inquiry or response, `SUBSCRIBER NUMBER REF02` member.
    pub kind: String,
    /// CTX01-2.
    pub value: String,
}

impl std::fmt::Debug for BusinessUnit {
    /// The kind only: the value may be PHI.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BusinessUnit({})", self.kind)
    }
}

/// An element in error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElementError {
    /// IK401: element, component (0: none), repetition (1: the first).
    pub at: (u8, u8, u16),
    /// IK402; 0: none.
    pub number: u16,
    /// IK403.
    pub code: String,
    /// IK404.
    pub value: Option<String>,
    /// CTX: why a situational element is required or not allowed.
    pub triggers: Vec<SituationalTrigger>,
}

/// The segment or element that makes another one required or not allowed (CTX with `SITUATIONAL
/// TRIGGER` in CTX01).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SituationalTrigger {
    /// CTX02: its segment id.
    pub id: String,
    /// CTX03: segment number in the transaction set, ST = 1; `None` where it is not stated.
    pub position: Option<u32>,
    /// CTX04: the base standard's number of its loop; empty outside loops.
    pub loop_id: String,
    /// CTX05: element, component (0: none), repetition (1: the first); `None`: the segment itself.
    pub at: Option<(u8, u8, u16)>,
    /// CTX06: data element number; 0: none.
    pub number: u16,
}

/// Whether a note (TA105) rejects the interchange with all that it holds.
pub(crate) fn rejects_interchange(note: &str) -> bool {
    FATAL.contains(&note)
}

/// CTX01 of a situational trigger.
pub(super) const TRIGGER: &str = "SITUATIONAL TRIGGER";

/// Notes with which nothing inside is processed.
const FATAL: [&str; 14] = [
    "001", "002", "003", "004", "017", "018", "021", "022", "023", "024", "025", "026", "027", "032",
];

impl InterchangeOutcome {
    /// TA104 and TA105: `A` with `000`, `E` where the interchange was processed despite an error,
    /// `R` where it was not.
    pub fn interchange_note(&self) -> (&'static str, &'static str) {
        let fatal = self.notes.iter().find(|note| FATAL.contains(note));
        match (fatal, self.notes.first()) {
            (Some(note), _) => ("R", note),
            (None, Some(note)) => ("E", note),
            (None, None) => ("A", "000"),
        }
    }

    /// Rejects all that it holds.
    pub(super) fn reject(&mut self) {
        self.groups.iter_mut().for_each(GroupOutcome::reject);
    }

    /// Number of entries that count for the limit of the acknowledger.
    pub(super) fn entries(&self) -> usize {
        let of_set = |set: &TransactionOutcome| {
            1 + set
                .segments
                .iter()
                .map(|error| error.elements.len().max(1))
                .sum::<usize>()
        };
        let of_group = |group: &GroupOutcome| group.transactions.iter().map(of_set).sum::<usize>();
        1 + self.groups.iter().map(of_group).sum::<usize>()
    }

    /// Whether it is itself an acknowledgement, which is never acknowledged: TA1s and groups of
    /// 999s, and nothing else.
    pub fn is_acknowledgement(&self) -> bool {
        let only_answers = self.groups.iter().all(|group| group.functional_id == "FA");
        only_answers && (self.has_ta1 || !self.groups.is_empty())
    }
}

impl GroupOutcome {
    /// Rejects all that it holds: no transaction set is processed where its envelope is wrong.
    /// Those without an error of their own have IK502 5, as the error is in segments around them.
    pub(super) fn reject(&mut self) {
        self.unlisted.1 = 0;
        for transaction in self.transactions.iter_mut().filter(|transaction| transaction.accepted) {
            transaction.accepted = false;
            add_code(transaction, "5");
        }
    }

    /// Number of accepted transaction sets.
    pub fn accepted(&self) -> usize {
        let accepted = self.transactions.iter().filter(|transaction| transaction.accepted);
        accepted.count() + self.unlisted.1 as usize
    }

    /// Number of transaction sets received.
    pub fn received(&self) -> usize {
        self.transactions.len() + self.unlisted.0 as usize
    }

    /// AK901: accepted, partly accepted or rejected.
    pub fn verdict(&self) -> &'static str {
        match self.accepted() {
            _ if !self.codes.is_empty() => "R",
            0 => "R",
            some if some < self.received() => "P",
            _ => "A",
        }
    }
}
