//! Who hears what is found.

use crate::finding::{Code, Finding, Severity};
use crate::guide::Guide;
use crate::segment::Segment;
use crate::walk::Placed;

/// Hears of an input while it is checked, in the order in which things stand in it. Everything but findings may be ignored.
pub trait Report {
    /// Something is wrong with what was begun last.
    fn finding(&mut self, finding: &Finding<'_>);
    /// An ISA.
    fn interchange_began(&mut self, isa: &Segment<'_>) {
        let _ = isa;
    }
    /// A TA1 outside groups: the other side's word on an interchange of ours.
    fn acknowledgement(&mut self, ta1: &Segment<'_>) {
        let _ = ta1;
    }
    /// A GS.
    fn group_began(&mut self, gs: &Segment<'_>) {
        let _ = gs;
    }
    /// An ST, and the guide that its body is checked against.
    fn transaction_began(&mut self, st: &Segment<'_>, guide: Option<&'static Guide>) {
        let _ = (st, guide);
    }
    /// A segment of a transaction set, before its own findings; None where the guide has no place for it.
    fn segment(&mut self, segment: &Segment<'_>, placed: Option<&Placed>) {
        let _ = (segment, placed);
    }
    /// The transaction set has ended, or was cut off.
    fn transaction_ended(&mut self, ended: &Ended) {
        let _ = ended;
    }
    /// The group has ended, with the number of transaction sets that GE01 states (none: not a number, or cut off) and that came.
    fn group_ended(&mut self, stated: Option<u32>, came: u32) {
        let _ = (stated, came);
    }
    /// The interchange has ended, or was cut off.
    fn interchange_ended(&mut self) {}
}

/// How a transaction set ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// Findings that reject it.
    pub errors: u32,
    /// Findings that do not.
    pub warnings: u32,
}

/// Figures of all that was checked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Segments, envelopes included.
    pub segments: u64,
    /// Interchanges begun.
    pub interchanges: u32,
    /// Groups begun.
    pub groups: u32,
    /// Transaction sets begun.
    pub transactions: u64,
    /// Transaction sets without errors of their own.
    pub accepted: u64,
    /// Findings of severity error.
    pub errors: u64,
    /// Findings of severity warning.
    pub warnings: u64,
    /// Whether an envelope is at fault, and not only what stands in it.
    pub envelope_at_fault: bool,
}

impl Verdict {
    /// Whether nothing stands in the way.
    pub fn is_clean(&self) -> bool {
        self.errors == 0
    }

    pub(super) fn count(&mut self, finding: &Finding<'_>) {
        match finding.severity() {
            Severity::Error => self.errors += 1,
            Severity::Warning => {
                self.warnings += 1;
                return;
            }
        }
        self.envelope_at_fault |= matches!(finding.kind.code(), Code::Interchange(_) | Code::Group(_));
    }
}
