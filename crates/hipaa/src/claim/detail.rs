//! Supplementary segments of claims and lines: PWK, NTE, CRC, K3, CL1, CN1, HCP, CR1.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::parts::{At, Part, either, optional, redact_debug};
use mc_x12::{Line, WriteError};

/// A supporting document (PWK).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Attachment {
    /// PWK01: kind of document, e.g. `OZ` support data, `B4` referral form.
    pub kind: String,
    /// PWK02: transmission, e.g. `EL` electronically, `FX` by fax, `AA` on request.
    pub transmission: String,
    /// PWK06: its control number.
    pub control_number: String,
    /// PWK07, in a 278.
    pub description: String,
}

/// Text for the payer (NTE).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Note {
    /// NTE01, e.g. `ADD` additional information.
    pub reference: String,
    pub text: String,
}

/// Fixed format text (K3).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct FixedText {
    pub text: String,
}

/// Condition codes and whether they apply (CRC).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Conditions {
    /// CRC01, e.g. `07` ambulance, `ZZ` EPSDT referral.
    pub category: String,
    /// CRC02; `None` where the code is unknown.
    pub applies: Option<bool>,
    /// Up to five.
    pub codes: Vec<String>,
}

/// Begin and end of an institutional stay (CL1).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Admission {
    /// CL101: `1` emergency, `2` urgent, `3` elective, `4` newborn, `5` trauma.
    pub kind: String,
    /// CL102: point of origin of the patient.
    pub source: String,
    /// CL103: patient status, e.g. `01` discharged home.
    pub status: String,
    /// CL104: residential status in a nursing home, in a 278.
    pub residence: String,
}

/// The contract of a service (CN1).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Contract {
    /// CN101, e.g. `05` capitated.
    pub kind: String,
    pub amount: Option<Decimal>,
    pub percent: Option<Decimal>,
    pub code: String,
    pub discount_percent: Option<Decimal>,
    pub version: String,
}

/// The repricing of a charge (HCP).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Repricing {
    /// HCP01.
    pub method: String,
    /// HCP02.
    pub allowed: Option<Decimal>,
    /// HCP03.
    pub savings: Option<Decimal>,
    /// HCP04.
    pub organization_id: String,
    /// HCP05.
    pub rate: Option<Decimal>,
    /// HCP06.
    pub approved_group: String,
    /// HCP07.
    pub approved_amount: Option<Decimal>,
    /// HCP08.
    pub approved_revenue_code: String,
    /// HCP09 and HCP10.
    pub approved_procedure: Option<(String, String)>,
    /// HCP11 and HCP12.
    pub approved_units: Option<(String, Decimal)>,
    /// HCP13: the reason for a rejection.
    pub rejection: String,
    /// HCP14.
    pub compliance: String,
    /// HCP15.
    pub exception: String,
}

/// An ambulance transport (CR1).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct AmbulanceTransport {
    /// CR102, in pounds.
    pub patient_weight: Option<Decimal>,
    /// CR104.
    pub reason: String,
    /// CR106.
    pub miles: Option<Decimal>,
    /// CR109: the purpose of a round trip.
    pub round_trip_purpose: String,
    /// CR110: the purpose of the stretcher.
    pub stretcher_purpose: String,
}

redact_debug!(
    Attachment,
    Note,
    FixedText,
    Conditions,
    Admission,
    Contract,
    Repricing,
    AmbulanceTransport
);

impl Part for Attachment {
    const ID: &'static str = "PWK";

    fn read(at: At<'_, '_>) -> Self {
        Self {
            kind: at.text(1),
            transmission: at.text(2),
            control_number: at.text(6),
            description: at.text(7),
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        let qualifier = if self.control_number.is_empty() { "" } else { "AC" };
        Ok(Line::new("PWK")
            .required(&self.kind, 2)
            .required(&self.transmission, 2)
            .skip(2)
            .code(qualifier)
            .data(&self.control_number, 80)
            .data(&self.description, 80))
    }
}

impl Part for Note {
    const ID: &'static str = "NTE";

    fn read(at: At<'_, '_>) -> Self {
        Self {
            reference: at.text(1),
            text: at.text(2),
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        Ok(Line::new("NTE").data(&self.reference, 3).required(&self.text, 80))
    }
}

impl Part for FixedText {
    const ID: &'static str = "K3";

    fn read(at: At<'_, '_>) -> Self {
        Self { text: at.text(1) }
    }

    fn line(&self) -> Result<Line, WriteError> {
        Ok(Line::new("K3").required(&self.text, 80))
    }
}

impl Part for Conditions {
    const ID: &'static str = "CRC";

    fn read(at: At<'_, '_>) -> Self {
        let codes = (3..=7).map(|n| at.text(n)).filter(|code| !code.is_empty());
        Self {
            category: at.text(1),
            applies: at.yes_no(2),
            codes: codes.collect(),
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        if self.codes.len() > 5 {
            let segment = Self::ID;
            return Err(WriteError::Form { segment, element: 8 });
        }
        let line = Line::new("CRC")
            .required(&self.category, 2)
            .required(either(self.applies, "Y", "N"), 1);
        Ok(self.codes.iter().fold(line, |line, code| line.required(code, 3)))
    }
}

impl Part for Admission {
    const ID: &'static str = "CL1";

    fn read(at: At<'_, '_>) -> Self {
        Self {
            kind: at.text(1),
            source: at.text(2),
            status: at.text(3),
            residence: at.text(4),
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        Ok(Line::new("CL1")
            .data(&self.kind, 1)
            .data(&self.source, 1)
            .data(&self.status, 2)
            .data(&self.residence, 1))
    }
}

impl Part for Contract {
    const ID: &'static str = "CN1";

    fn read(at: At<'_, '_>) -> Self {
        Self {
            kind: at.text(1),
            amount: at.number(2),
            percent: at.number(3),
            code: at.text(4),
            discount_percent: at.number(5),
            version: at.text(6),
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        Ok(Line::new("CN1")
            .required(&self.kind, 2)
            .data(&optional(self.amount), 18)
            .data(&optional(self.percent), 6)
            .data(&self.code, 50)
            .data(&optional(self.discount_percent), 6)
            .data(&self.version, 30))
    }
}

impl Part for Repricing {
    const ID: &'static str = "HCP";

    fn read(at: At<'_, '_>) -> Self {
        let procedure = (!at.is_empty(10)).then(|| (at.text(9), at.text(10)));
        Self {
            method: at.text(1),
            allowed: at.number(2),
            savings: at.number(3),
            organization_id: at.text(4),
            rate: at.number(5),
            approved_group: at.text(6),
            approved_amount: at.number(7),
            approved_revenue_code: at.text(8),
            approved_procedure: procedure,
            approved_units: at.number(12).map(|units| (at.text(11), units)),
            rejection: at.text(13),
            compliance: at.text(14),
            exception: at.text(15),
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        let (list, procedure) = self.approved_procedure.clone().unwrap_or_default();
        let units = self.approved_units.as_ref();
        Ok(Line::new("HCP")
            .required(&self.method, 2)
            .data(&optional(self.allowed), 18)
            .data(&optional(self.savings), 18)
            .data(&self.organization_id, 50)
            .data(&optional(self.rate), 9)
            .data(&self.approved_group, 50)
            .data(&optional(self.approved_amount), 18)
            .data(&self.approved_revenue_code, 48)
            .data(&list, 2)
            .data(&procedure, 48)
            .data(units.map_or("", |(unit, _)| unit), 2)
            .data(&optional(units.map(|(_, count)| *count)), 15)
            .data(&self.rejection, 2)
            .data(&self.compliance, 2)
            .data(&self.exception, 2))
    }
}

impl Part for AmbulanceTransport {
    const ID: &'static str = "CR1";

    fn read(at: At<'_, '_>) -> Self {
        Self {
            patient_weight: at.number(2),
            reason: at.text(4),
            miles: at.number(6),
            round_trip_purpose: at.text(9),
            stretcher_purpose: at.text(10),
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        let unit = |value: Option<Decimal>, unit| if value.is_some() { unit } else { "" };
        Ok(Line::new("CR1")
            .code(unit(self.patient_weight, "LB"))
            .data(&optional(self.patient_weight), 10)
            .skip(1)
            .data(&self.reason, 1)
            .code(unit(self.miles, "DH"))
            .data(&optional(self.miles), 15)
            .skip(2)
            .data(&self.round_trip_purpose, 80)
            .data(&self.stretcher_purpose, 80))
    }
}
