//! The interface through which the checker reports.

use crate::finding::{Code, Finding, Severity};
use crate::guide::Guide;
use crate::segment::Segment;
use crate::walk::Placed;

/// Receives the content of an input while it is checked, in its order. Only `finding` must be
/// implemented.
pub trait Report {
    /// An error or warning in the envelope, transaction set or segment reported last.
    fn finding(&mut self, finding: &Finding<'_>);
    /// An ISA.
    fn interchange_began(&mut self, isa: &Segment<'_>) {
        let _ = isa;
    }
    /// A TA1 outside groups: the receiver's acknowledgement of an interchange.
    fn acknowledgement(&mut self, ta1: &Segment<'_>) {
        let _ = ta1;
    }
    /// A GS.
    fn group_began(&mut self, gs: &Segment<'_>) {
        let _ = gs;
    }
    /// An ST, and the guide that its content is checked against.
    fn transaction_began(&mut self, st: &Segment<'_>, guide: Option<&'static Guide>) {
        let _ = (st, guide);
    }
    /// A segment of a transaction set, before its findings; `placed` is `None` where the guide has
    /// no place for it.
    fn segment(&mut self, segment: &Segment<'_>, placed: Option<&Placed>) {
        let _ = (segment, placed);
    }
    /// The transaction set has ended or is truncated.
    fn transaction_ended(&mut self, ended: &Ended) {
        let _ = ended;
    }
    /// The group has ended, with the number of transaction sets stated in GE01 (`None` where it is
    /// not a number or the group is truncated) and the number received.
    fn group_ended(&mut self, stated: Option<u32>, received: u32) {
        let _ = (stated, received);
    }
    /// The interchange has ended or is truncated.
    fn interchange_ended(&mut self) {}
}

/// The outcome of a transaction set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// Findings that reject it.
    pub errors: u32,
    /// Findings that do not reject it.
    pub warnings: u32,
}

/// Totals of a check.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Segments, including envelopes.
    pub segments: u64,
    /// Interchanges.
    pub interchanges: u32,
    /// Groups.
    pub groups: u32,
    /// Transaction sets.
    pub transactions: u64,
    /// Transaction sets without errors.
    pub accepted: u64,
    /// Findings with severity error.
    pub errors: u64,
    /// Findings with severity warning.
    pub warnings: u64,
    /// Whether an envelope has an error.
    pub envelope_at_fault: bool,
}

impl Verdict {
    /// Whether there are no errors.
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
