//! The question, the patient and the payer: which lines can apply at all.

use super::level::Who;
use super::medicare::{self, Part};
use super::{Network, Query};
use crate::eligibility::{Benefit, Level, PatientLoop, Response};

/// The question about one patient.
pub(super) struct Scope<'r> {
    pub(super) response: &'r Response,
    query: Query<'r>,
    patient: PatientLoop,
    /// The part of Medicare that does not pay for the service.
    other_part: Option<Part>,
}

impl<'r> Scope<'r> {
    pub(super) fn of(response: &'r Response, query: Query<'r>) -> Self {
        let of_dependent = |level: Level| matches!(level, Level::Dependent | Level::DependentBenefit);
        let dependent = response.benefits.iter().any(|b| b.patient == PatientLoop::Dependent)
            || response
                .rejections
                .iter()
                .any(|rejection| of_dependent(rejection.level));
        let patient = if dependent {
            PatientLoop::Dependent
        } else {
            PatientLoop::Subscriber
        };
        let mut scope = Self {
            response,
            query,
            patient,
            other_part: None,
        };
        // Payers other than Medicare also use one of the codes for plans of their own.
        let states = |part: Part| scope.benefits().any(|(_, benefit)| Part::of(benefit) == Some(part));
        if states(Part::Hospital) && states(Part::Medical) {
            scope.other_part = medicare::part_for(query.service_type).map(Part::other);
        }
        scope
    }

    /// The benefits of the patient, with their indexes.
    pub(super) fn benefits(&self) -> impl Iterator<Item = (usize, &'r Benefit)> + use<'r> {
        let (response, patient) = (self.response, self.patient);
        let all = response.benefits.iter().enumerate();
        all.filter(move |(_, benefit)| benefit.patient == patient)
    }

    pub(super) fn who(&self) -> Who {
        match self.patient {
            PatientLoop::Subscriber => Who::Subscriber,
            PatientLoop::Dependent => {
                let person = self.response.dependent.as_ref();
                Who::dependent(person.and_then(|person| person.relationship.as_deref()))
            }
        }
    }

    /// 0 for the exact service type, 1 for none, 2 for the plan as a whole (30). Lower is better.
    pub(super) fn service(&self, benefit: &Benefit) -> Option<u8> {
        let has = |code: &str| benefit.service_types.iter().any(|s| s == code);
        if has(self.query.service_type) {
            Some(0)
        } else if benefit.service_types.is_empty() {
            Some(1)
        } else {
            has("30").then_some(2)
        }
    }

    /// Whether a line for the exact service is about that service only, and not about the plan as a
    /// whole as well.
    pub(super) fn is_only_for_service(&self, benefit: &Benefit) -> bool {
        self.query.service_type != "30" && !benefit.service_types.iter().any(|code| code == "30")
    }

    /// 0 for the requested network, 1 for both, 2 for not stated. Lower is better.
    pub(super) fn network(&self, benefit: &Benefit) -> Option<u8> {
        match benefit.network {
            network if network == self.query.network => Some(0),
            Network::Both => Some(1),
            Network::NotStated => Some(2),
            _ => None,
        }
    }

    /// Whether the line is about the part of Medicare that does not pay for the service.
    pub(super) fn is_other_part(&self, benefit: &Benefit) -> bool {
        self.other_part.is_some() && Part::of(benefit) == self.other_part
    }

    /// The name of another payer in loop 2120, who administers the benefit.
    pub(super) fn administrator(&self, benefit: &'r Benefit) -> Option<&'r str> {
        let (name, id) = (&self.response.payer_name, &self.response.payer_id);
        let entity = benefit.related_as(&["PR", "PRP", "SEP", "TTP"])?;
        let same = entity.name.eq_ignore_ascii_case(name) || (!entity.id.is_empty() && entity.id == *id);
        (!same && !entity.name.is_empty()).then_some(entity.name.as_str())
    }
}
