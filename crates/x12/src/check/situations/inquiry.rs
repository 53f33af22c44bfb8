//! 270: an identifiable patient and at least one service.

use super::{Situation, Step, broken};
use crate::check::balance::OnFinding;
use crate::finding::Place;
use crate::guide::ids;

/// The current patient.
#[derive(Debug, Default)]
pub(in crate::check) struct Inquiry {
    patient: Option<Patient>,
}

#[derive(Debug, Default)]
struct Patient {
    place: Place,
    /// The place of the patient's id.
    name: Option<Place>,
    has_id: bool,
    has_name: bool,
    has_birth_date: bool,
    has_question: bool,
    is_dependent: bool,
}

impl Inquiry {
    pub(super) fn take(&mut self, step: &Step<'_, '_>, on_finding: &mut OnFinding<'_>) {
        if let (ids::HL, level) = (step.id(), step.within) {
            self.end_patient(on_finding);
            // A subscriber with dependents is not the patient.
            let is_patient = step.element(4) == "0" && matches!(level, "2000C" | "2000D");
            self.patient = is_patient.then(|| Patient {
                place: *step.place,
                is_dependent: level == "2000D",
                ..Patient::default()
            });
            return;
        }
        let Some(patient) = &mut self.patient else { return };
        match (step.id(), step.within) {
            (ids::NM1, "2100C" | "2100D") => {
                patient.name = Some(step.at(9, 0));
                patient.has_id = !step.element(9).is_empty();
                patient.has_name = !step.element(3).is_empty();
            }
            (ids::DMG, "2100C" | "2100D") => patient.has_birth_date = !step.element(2).is_empty(),
            (ids::EQ, _) => patient.has_question = true,
            _ => {}
        }
    }

    pub(super) fn end_patient(&mut self, on_finding: &mut OnFinding<'_>) {
        let Some(patient) = self.patient.take() else { return };
        // For a dependent the guide itself requires EQ.
        if !patient.has_question && !patient.is_dependent {
            let place = Place {
                id: "EQ",
                loop_id: "2110C",
                ..patient.place
            };
            broken(Situation::NoServiceRequested, place, on_finding);
        }
        let is_found = patient.has_id || patient.has_name && patient.has_birth_date;
        if let Some(name) = patient.name.filter(|_| !is_found) {
            broken(Situation::PatientUnidentified, name, on_finding);
        }
    }
}
