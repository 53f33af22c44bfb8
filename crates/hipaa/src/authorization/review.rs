//! Reviews, decisions and rejections: UM, HCR and AAA.

use crate::eligibility::RejectionClass;
use crate::parts::{At, Part, composite, either, redact_debug};
use mc_x12::{Line, WriteError};
use serde::Serialize;

/// The review that is requested (UM).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Review {
    /// UM01: `AR` admission, `HS` health services, `SC` specialty care, `IN` initial.
    pub category: String,
    /// UM02: `I` initial, `R` renewal, `S` revised, `3` cancel, `4` extension, `1` appeal, ...
    pub certification: String,
    /// UM03 (data element 1365).
    pub service_type: String,
    /// UM04-1: place of service or type of bill.
    pub facility: String,
    /// UM04-2: `B` place of service, `A` type of bill.
    pub facility_list: String,
    /// UM04-3: the third digit of a type of bill.
    pub frequency: String,
    /// UM05: up to three causes (`AA` car, `EM` employment, `AP` another party), then state and
    /// country of an accident.
    pub causes: Vec<String>,
    /// UM06: `03` emergency, `U` urgent, `E` elective.
    pub urgency: String,
    /// UM07.
    pub condition: String,
    /// UM08.
    pub prognosis: String,
    /// UM09: `Y` the patient's signed release is on file, ...
    pub release: String,
    /// UM10: the reason for a late request.
    pub delay: String,
}

/// The decision (HCR).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Decision {
    /// HCR01.
    pub action: String,
    /// HCR02: the certification number, which the claim states.
    pub number: String,
    /// HCR03: the reasons.
    pub reasons: Vec<String>,
    /// HCR04.
    pub second_opinion: Option<bool>,
}

/// The meaning of a decision for the requester.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// `A1`: certified in total.
    Certified,
    /// `A2` in part, `A6` with changes; the services have the details.
    CertifiedInPart,
    /// `A3`.
    Denied,
    /// `A4`: the reviewer needs more information or has not decided.
    Pended,
    /// `NA`: no review is needed.
    NotRequired,
    /// `CT`: call the reviewer.
    Contact,
    /// `C`.
    Cancelled,
    /// Any other code.
    Other,
}

/// The reason why something could not be reviewed (AAA).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Rejection {
    /// AAA01 `Y`: the request was valid, but the reviewer could not process it; `N`: it was not
    /// valid; `None` where the code is unknown.
    pub request_valid: Option<bool>,
    /// AAA03 (data element 901); empty where it is left out.
    pub code: String,
    /// AAA04 (data element 889): `C` correct and resubmit, `N` do not, `P` or `R` resubmit, ...
    pub follow_up: String,
}

redact_debug!(Review, Decision);

impl Review {
    /// An initial review of health services at a place of service.
    pub fn services(service_type: impl Into<String>, place: impl Into<String>) -> Self {
        Self {
            category: "HS".to_owned(),
            certification: "I".to_owned(),
            service_type: service_type.into(),
            facility: place.into(),
            facility_list: "B".to_owned(),
            ..Self::default()
        }
    }
}

impl Decision {
    /// An action without reasons.
    pub fn new(action: impl Into<String>, number: impl Into<String>) -> Self {
        Self {
            action: action.into(),
            number: number.into(),
            ..Self::default()
        }
    }

    /// The outcome, by HCR01.
    pub fn outcome(&self) -> Outcome {
        match self.action.as_str() {
            "A1" => Outcome::Certified,
            "A2" | "A6" => Outcome::CertifiedInPart,
            "A3" => Outcome::Denied,
            "A4" => Outcome::Pended,
            "NA" => Outcome::NotRequired,
            "CT" => Outcome::Contact,
            "C" => Outcome::Cancelled,
            _ => Outcome::Other,
        }
    }
}

impl Rejection {
    pub fn new(request_valid: bool, code: impl Into<String>, follow_up: impl Into<String>) -> Self {
        Self {
            request_valid: Some(request_valid),
            code: code.into(),
            follow_up: follow_up.into(),
        }
    }

    /// What the requester can do about it.
    pub fn class(&self) -> RejectionClass {
        RejectionClass::of(&self.code, &self.follow_up)
    }
}

impl Part for Review {
    const ID: &'static str = "UM";

    fn read(at: At<'_, '_>) -> Self {
        Self {
            category: at.text(1),
            certification: at.text(2),
            service_type: at.text(3),
            facility: at.component(4, 1),
            facility_list: at.component(4, 2),
            frequency: at.component(4, 3),
            causes: at.components(5),
            urgency: at.text(6),
            condition: at.text(7),
            prognosis: at.text(8),
            release: at.text(9),
            delay: at.text(10),
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        if self.causes.len() > 5 {
            let segment = Self::ID;
            return Err(WriteError::Form { segment, element: 5 });
        }
        Ok(Line::new("UM")
            .required(&self.category, 2)
            .data(&self.certification, 1)
            .data(&self.service_type, 2)
            .composite(
                composite(vec![
                    self.facility.clone(),
                    self.facility_list.clone(),
                    self.frequency.clone(),
                ]),
                2,
            )
            .composite(composite(self.causes.clone()), 3)
            .data(&self.urgency, 3)
            .data(&self.condition, 1)
            .data(&self.prognosis, 1)
            .data(&self.release, 1)
            .data(&self.delay, 2))
    }
}

impl Part for Decision {
    const ID: &'static str = "HCR";

    fn read(at: At<'_, '_>) -> Self {
        Self {
            action: at.text(1),
            number: at.text(2),
            reasons: at.repetitions(3),
            second_opinion: at.yes_no(4),
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        Ok(Line::new("HCR")
            .required(&self.action, 2)
            .data(&self.number, 50)
            .repeated(&self.reasons, 30)
            .yes_no(self.second_opinion))
    }
}

impl Part for Rejection {
    const ID: &'static str = "AAA";

    fn read(at: At<'_, '_>) -> Self {
        Self {
            request_valid: at.yes_no(1),
            code: at.text(3),
            follow_up: at.text(4),
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        Ok(Line::new("AAA")
            .required(either(self.request_valid, "Y", "N"), 1)
            .skip(1)
            .data(&self.code, 2)
            .data(&self.follow_up, 1))
    }
}
