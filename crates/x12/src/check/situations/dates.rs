//! 837: the dates of a claim agree with one another and with the day of the transaction set.

use super::{Situation as S, Step, broken};
use crate::check::balance::OnFinding;
use crate::finding::Place;

/// October 1, 2015, from which services are coded with ICD-10 (45 CFR 162.1002).
const ICD_10: u32 = 20_151_001;
/// The oldest age that is believed: 150 years, as days are numbered.
const AGE: u32 = 1_500_000;

/// First and last day.
type Period = (u32, u32);

/// The dates of the current claim.
#[derive(Debug, Default)]
pub(super) struct Dates {
    /// DTP 439.
    accident: Option<u32>,
    /// DTP 434 of an institutional claim.
    statement: Option<Period>,
    /// A code of ICD-9.
    old_code: Option<Place>,
    /// The last service date.
    last: u32,
}

impl Dates {
    pub(super) fn has_old_code(&mut self, place: Place) {
        self.old_code.get_or_insert(place);
    }

    /// A DTP of the claim or of a line; `sent` is the day of the transaction set.
    pub(super) fn take(&mut self, dtp: &Step<'_, '_>, sent: u32, on_finding: &mut OnFinding<'_>) {
        let Some(period) = period(dtp.bytes(3)) else { return };
        match (dtp.bytes(1), dtp.within) {
            (b"439", _) => self.accident = Some(period.0),
            (b"434", _) => {
                self.statement = Some(period);
                self.last = self.last.max(period.1);
            }
            (b"472", within) => {
                self.last = self.last.max(period.1);
                self.service(period, within == "2400", sent, dtp, on_finding);
            }
            _ => {}
        }
    }

    fn service(&mut self, of: Period, is_line: bool, sent: u32, dtp: &Step<'_, '_>, on_finding: &mut OnFinding<'_>) {
        if sent > 0 && of.1 > sent {
            broken(S::ServiceInFuture, dtp.at(3, 0), on_finding);
        }
        if self
            .statement
            .is_some_and(|(first, last)| is_line && (of.0 < first || of.1 > last))
        {
            broken(S::ServiceOutsideStatement, dtp.at(3, 0), on_finding);
        }
        if self.accident.is_some_and(|accident| accident > of.0) {
            broken(S::AccidentAfterService, dtp.at(3, 0), on_finding);
            // Once for the claim.
            self.accident = None;
        }
    }

    pub(super) fn finish(&self, on_finding: &mut OnFinding<'_>) {
        if let Some(place) = self.old_code.filter(|_| self.last >= ICD_10) {
            broken(S::OldDiagnosis, place, on_finding);
        }
    }
}

/// Checks the birth date of a DMG; `sent` is the day of the transaction set.
pub(super) fn birth(dmg: &Step<'_, '_>, sent: u32, on_finding: &mut OnFinding<'_>) {
    let Some(birth) = day(dmg.bytes(2)).filter(|_| sent > 0) else {
        return;
    };
    if birth > sent || birth + AGE <= sent {
        broken(S::BirthDate, dmg.at(2, 0), on_finding);
    }
}

/// A day or a period (D8, RD8) as numbers that sort by time. A wrong date is reported for itself.
fn period(value: &[u8]) -> Option<Period> {
    match value.len() {
        8 => day(value).map(|day| (day, day)),
        17 => day(&value[..8]).zip(day(&value[9..])),
        _ => None,
    }
}

/// A day as the number of its digits.
pub(super) fn day(value: &[u8]) -> Option<u32> {
    let is_day = value.len() == 8 && value.iter().all(u8::is_ascii_digit);
    is_day.then(|| {
        value
            .iter()
            .fold(0, |number, byte| number * 10 + u32::from(byte - b'0'))
    })
}
