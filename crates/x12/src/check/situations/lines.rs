//! 837: the lines of a claim: numbers, control numbers and pointers to diagnoses.

use super::{Situation as S, Step, broken};
use crate::check::balance::OnFinding;

/// Most lines of one claim whose control numbers are compared: the maximum of an institutional
/// claim.
const REMEMBERED: usize = 999;

/// The lines of the current claim.
#[derive(Debug, Default)]
pub(super) struct Lines {
    count: u32,
    /// The control numbers, one after another, and the end of each.
    controls: Vec<u8>,
    ends: Vec<usize>,
}

impl Lines {
    /// Begins another claim.
    pub(super) fn clear(&mut self) {
        self.count = 0;
        self.controls.clear();
        self.ends.clear();
    }

    pub(super) fn begin(&mut self, lx: &Step<'_, '_>, on_finding: &mut OnFinding<'_>) {
        self.count = self.count.saturating_add(1);
        if whole(lx.bytes(1)) != Some(self.count) {
            broken(S::LineNumber, lx.at(1, 0), on_finding);
        }
    }

    /// A control number (REF 6R).
    pub(super) fn control(&mut self, reference: &Step<'_, '_>, on_finding: &mut OnFinding<'_>) {
        let number = reference.bytes(2);
        if number.is_empty() || self.ends.len() >= REMEMBERED {
            return;
        }
        let mut begin = 0;
        let is_known = self.ends.iter().any(|end| {
            let known = &self.controls[begin..*end];
            begin = *end;
            known == number
        });
        if is_known {
            broken(S::LineControlTwice, reference.at(2, 0), on_finding);
            return;
        }
        self.controls.extend_from_slice(number);
        self.ends.push(self.controls.len());
    }
}

/// Checks the pointers of a line to the diagnoses of its claim.
pub(super) fn pointers(element: usize, sv: &Step<'_, '_>, diagnoses: u32, on_finding: &mut OnFinding<'_>) {
    for (n, pointer) in (1..=u8::MAX).zip(sv.parts(element)) {
        if whole(pointer).is_some_and(|pointer| pointer == 0 || pointer > diagnoses) {
            broken(S::Pointer, sv.at(element, n), on_finding);
        }
    }
}

/// A whole number of a few digits.
fn whole(digits: &[u8]) -> Option<u32> {
    let is_short = (1..=9).contains(&digits.len());
    let digit = |byte: &u8| byte.is_ascii_digit().then(|| u32::from(byte - b'0'));
    is_short.then(|| {
        digits
            .iter()
            .try_fold(0, |number, byte| Some(number * 10 + digit(byte)?))
    })?
}
