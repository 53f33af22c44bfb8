//! 271: every patient has a benefit or a rejection, and benefits have their amounts.

use super::{Situation, Step, broken};
use crate::check::amounts::amount;
use crate::check::balance::OnFinding;
use crate::finding::Place;
use crate::guide::ids;
use rust_decimal::Decimal;

#[derive(Debug, Default)]
pub(in crate::check) struct Answer {
    /// The place of the current patient's benefits, and whether there was one.
    patient: Option<(Place, bool)>,
    /// The loop id of the level above the patients that was rejected.
    rejected: Option<&'static str>,
}

impl Answer {
    pub(super) fn take(&mut self, step: &Step<'_, '_>, on_finding: &mut OnFinding<'_>) {
        match (step.id(), step.within) {
            (ids::HL, level) => self.level(level, step, on_finding),
            (ids::AAA, "2000A" | "2100A") => self.rejected = Some("2000A"),
            (ids::AAA, "2100B") => self.rejected = Some("2000B"),
            (ids::AAA | ids::EB, _) => {
                if let Some(patient) = &mut self.patient {
                    patient.1 = true;
                }
                if step.id() == ids::EB {
                    benefit(step, on_finding);
                }
            }
            _ => {}
        }
    }

    fn level(&mut self, level: &'static str, step: &Step<'_, '_>, on_finding: &mut OnFinding<'_>) {
        self.end_patient(on_finding);
        // The loop ids of levels sort by their depth.
        if self.rejected.is_some_and(|rejected| level <= rejected) {
            self.rejected = None;
        }
        if self.rejected.is_some() {
            broken(Situation::RejectedAndContinued, *step.place, on_finding);
        }
        // A subscriber with dependents is not the patient.
        let is_patient = step.element(4) == "0" && matches!(level, "2000C" | "2000D");
        let missing = Place {
            id: "EB",
            loop_id: if level == "2000C" { "2110C" } else { "2110D" },
            ..*step.place
        };
        self.patient = is_patient.then_some((missing, self.rejected.is_some()));
    }

    pub(super) fn end_patient(&mut self, on_finding: &mut OnFinding<'_>) {
        if let Some((place, false)) = self.patient.take() {
            broken(Situation::NothingAnswered, place, on_finding);
        }
    }
}

fn benefit(eb: &Step<'_, '_>, on_finding: &mut OnFinding<'_>) {
    let (money, share) = (eb.bytes(7), eb.bytes(8));
    // Coinsurance may be an amount too.
    let needs_one = matches!(eb.element(1), "A" | "B" | "C" | "G" | "J" | "Y");
    if needs_one && money.is_empty() && share.is_empty() {
        broken(Situation::BenefitAmount, eb.at(7, 0), on_finding);
    }
    if amount(share).is_some_and(|share| share > Decimal::ONE) {
        broken(Situation::BenefitPercent, eb.at(8, 0), on_finding);
    }
}
