//! The question, the patient and the payer: which lines can apply at all.

use super::level::{Who, is_level};
use super::medicare::{self, Part};
use super::{Network, Query};
use crate::eligibility::{Benefit, Level, PatientLoop, Response};

/// Ranks of the service of a line; lower is better.
pub(super) const EXACT: u8 = 0;
/// The service of the line could not be read: it may be the one of the question.
pub(super) const UNREAD: u8 = 1;
pub(super) const NONE: u8 = 2;
/// The plan as a whole (30).
pub(super) const PLAN: u8 = 3;

/// Name and id of another payer or vendor.
pub(super) type Administrator<'r> = (&'r str, &'r str);

/// The question about one patient.
pub(super) struct Scope<'r> {
    pub(super) response: &'r Response,
    query: Query<'r>,
    patient: PatientLoop,
    /// The part of Medicare that pays for the service, where both are stated.
    parts: Option<Paying>,
}

/// Which part of Medicare pays for the service.
#[derive(Debug, Clone, Copy)]
enum Paying {
    One(Part),
    /// Either can.
    Either,
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
            parts: None,
        };
        // Payers other than Medicare also use one of the codes for plans of their own.
        let states = |part: Part| {
            let mut types = scope.benefits().map(|(_, benefit)| benefit.insurance_type.as_deref());
            types.any(|code| Part::of(code) == Some(part))
        };
        if states(Part::Hospital) && states(Part::Medical) {
            let paying = medicare::part_for(query.service_type);
            scope.parts = Some(paying.map_or(Paying::Either, Paying::One));
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

    /// The rank of a line by its service; `None` for another service.
    pub(super) fn service(&self, benefit: &Benefit) -> Option<u8> {
        let has = |code: &str| benefit.service_types.iter().any(|s| s == code);
        if has(self.query.service_type) {
            Some(EXACT)
        } else if has("30") {
            Some(PLAN)
        } else if benefit.service_types.is_empty() {
            Some(NONE)
        } else {
            let is_unread = benefit.service_types.iter().any(|code| !is_service_type(code));
            is_unread.then_some(UNREAD)
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

    /// Whether a line with this EB04 is about the part of Medicare that does not pay for the
    /// service.
    pub(super) fn is_other_part(&self, insurance_type: Option<&str>) -> bool {
        match (self.parts, Part::of(insurance_type)) {
            (Some(Paying::One(part)), Some(stated)) => part != stated,
            _ => false,
        }
    }

    /// Whether a line with this EB04 is about one part of Medicare, and either can pay for the
    /// service.
    pub(super) fn is_either_part(&self, insurance_type: Option<&str>) -> bool {
        matches!(self.parts, Some(Paying::Either)) && Part::of(insurance_type).is_some()
    }

    /// Whether the line is about other members of the family, by its level.
    pub(super) fn is_of_others(&self, benefit: &Benefit) -> bool {
        let (who, level) = (self.who(), benefit.level.as_deref());
        level.is_some_and(is_level) && who.own_level(level).or(who.shared_level(level)).is_none()
    }

    /// Another payer or a vendor in loop 2120, who administers the benefit.
    pub(super) fn administrator(&self, benefit: &'r Benefit) -> Option<Administrator<'r>> {
        let (name, id) = (&self.response.payer_name, &self.response.payer_id);
        let entity = benefit.related_as(&["PR", "PRP", "SEP", "TTP", "VN"])?;
        let same_name = !entity.name.is_empty() && entity.name.eq_ignore_ascii_case(name);
        let same = same_name || (!entity.id.is_empty() && entity.id == *id);
        (!same).then_some((entity.name.as_str(), entity.id.as_str()))
    }
}

/// Whether a text has the form of data element 1365.
fn is_service_type(code: &str) -> bool {
    let is_code = |c: u8| c.is_ascii_uppercase() || c.is_ascii_digit();
    (1..=2).contains(&code.len()) && code.bytes().all(is_code)
}
