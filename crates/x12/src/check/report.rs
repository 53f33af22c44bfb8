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
    /// A finding beyond the limit of the settings. A response that rejects single claims must know
    /// each of their errors.
    fn unlisted(&mut self, finding: &Finding<'_>) {
        let _ = finding;
    }
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
    /// The group has ended or is truncated.
    fn group_ended(&mut self, ended: &GroupEnded) {
        let _ = ended;
    }
    /// The interchange has ended or is truncated. Only now it is known whether what it holds is
    /// accepted.
    fn interchange_ended(&mut self, ended: &InterchangeEnded) {
        let _ = ended;
    }
}

/// The outcome of a transaction set, before its group and interchange have ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ended {
    /// Findings with severity error, including those of claims that only a 277CA rejects.
    pub errors: u32,
    /// Findings with severity warning.
    pub warnings: u32,
    /// The 999 accepts it (IK501 `A`), unless its group or interchange is rejected.
    pub is_accepted: bool,
    /// It has no SE: the input ends, or another envelope segment follows.
    pub is_cut: bool,
}

/// The outcome of a functional group, before its interchange has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct GroupEnded {
    /// GE01; `None` where it is not a number or the group has no GE.
    pub stated: Option<u32>,
    /// Number of transaction sets received.
    pub received: u32,
    /// The group has an error of its own (AK905): no transaction set in it is accepted.
    pub is_rejected: bool,
}

/// The outcome of an interchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct InterchangeEnded {
    /// The TA1 rejects it (TA104 `R`): nothing in it is accepted.
    pub is_rejected: bool,
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
    /// Transaction sets that the 999 accepts. None of an interchange or a group that is rejected.
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
        self.envelope_at_fault |= finding.interchange_note().is_some() || matches!(finding.kind.code(), Code::Group(_));
    }
}
