//! 837: the diagnoses of a claim, and its value and occurrence codes.

use super::dates::Dates;
use super::{Situation as S, Step, broken};
use crate::check::balance::OnFinding;

/// Most codes of one claim that are compared; later ones are not.
const REMEMBERED: usize = 64;

/// The codes of the current claim.
#[derive(Debug, Default)]
pub(super) struct Codes {
    /// Principal and other diagnoses, to which lines point.
    count: u32,
    diagnoses: Vec<Code>,
    values: Vec<Code>,
}

/// Up to seven bytes, with their number.
type Code = u64;

impl Codes {
    /// Begins another claim.
    pub(super) fn clear(&mut self) {
        self.count = 0;
        self.diagnoses.clear();
        self.values.clear();
    }

    /// The number of diagnoses to which lines can point.
    pub(super) fn count(&self) -> u32 {
        self.count
    }

    pub(super) fn take(&mut self, hi: &Step<'_, '_>, dates: &mut Dates, on_finding: &mut OnFinding<'_>) {
        let mut occurrences = Vec::new();
        for n in 1..=hi.fields.len() {
            let mut parts = hi.parts(n);
            let (kind, code) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            match kind {
                b"ABK" | b"ABF" | b"BK" | b"BF" => {
                    self.count = self.count.saturating_add(1);
                    if !is_new(&mut self.diagnoses, code) {
                        broken(S::DiagnosisTwice, hi.at(n, 2), on_finding);
                    }
                    if kind == b"ABK" {
                        principal(code, n, hi, on_finding);
                    }
                }
                b"ABJ" | b"BJ" | b"APR" | b"PR" | b"ABN" | b"BN" => {}
                b"BE" => {
                    if !is_new(&mut self.values, code) {
                        broken(S::CodeTwice, hi.at(n, 2), on_finding);
                    }
                    continue;
                }
                b"BH" => {
                    if !is_new(&mut occurrences, code) {
                        broken(S::CodeTwice, hi.at(n, 2), on_finding);
                    }
                    continue;
                }
                _ => continue,
            }
            if matches!(kind, b"BK" | b"BF" | b"BJ" | b"PR" | b"BN") {
                dates.has_old_code(hi.at(n, 1));
            }
            if code.contains(&b'.') {
                broken(S::DiagnosisDot, hi.at(n, 2), on_finding);
            }
        }
    }
}

/// Checks the principal diagnosis, of ICD-10-CM.
fn principal(code: &[u8], n: usize, hi: &Step<'_, '_>, on_finding: &mut OnFinding<'_>) {
    match code {
        [b'V' | b'W' | b'X' | b'Y', ..] => broken(S::ExternalCause, hi.at(n, 2), on_finding),
        [b'S' | b'T' | b'M', _, _, _, _, _, b'S'] => broken(S::Sequela, hi.at(n, 2), on_finding),
        _ => {}
    }
}

/// Remembers a code; false where it is known already.
fn is_new(known: &mut Vec<Code>, code: &[u8]) -> bool {
    // A longer one is reported as such.
    if code.is_empty() || code.len() > 7 || known.len() >= REMEMBERED {
        return true;
    }
    let packed = code.iter().fold(1, |packed, byte| packed << 8 | u64::from(*byte));
    let is_new = !known.contains(&packed);
    if is_new {
        known.push(packed);
    }
    is_new
}
