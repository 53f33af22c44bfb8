//! Segments of professional claims for some kinds of care: CR2, CR3, SV5, MEA and PS1.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::parts::{At, Part, Procedure, optional, redact_debug};
use mc_x12::{Line, WriteError};

/// Spinal manipulation (CR2 of the claim).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct SpinalManipulation {
    /// CR208: the patient's condition, e.g. `A` acute, `C` chronic.
    pub condition: String,
    /// CR210 and CR211.
    pub descriptions: [String; 2],
}

/// The rental or purchase of durable medical equipment (SV5).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct EquipmentService {
    pub procedure: Procedure,
    /// SV503: for how many days it is needed.
    pub days: Option<Decimal>,
    /// SV504.
    pub rental_price: Option<Decimal>,
    /// SV505.
    pub purchase_price: Option<Decimal>,
    /// SV506: `1` weekly, `4` monthly, `6` daily.
    pub rental_frequency: String,
}

/// The certification of durable medical equipment (CR3).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct EquipmentCertification {
    /// CR301: `I` initial, `R` renewal, `S` revised.
    pub action: String,
    /// CR303, in months.
    pub months: Option<Decimal>,
}

/// A test result (MEA).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Measurement {
    /// MEA01: `OG` original starting dosage, `TR` test results.
    pub reference: String,
    /// MEA02: `HT` height, `R1` hemoglobin, `R2` hematocrit, `R3` epoetin dosage, `R4` creatinine.
    pub kind: String,
    pub value: Option<Decimal>,
}

/// A service that was bought from another provider (PS1).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct PurchasedService {
    /// PS101: the id of the provider of loop 2420B.
    pub provider: String,
    pub amount: Option<Decimal>,
}

redact_debug!(
    SpinalManipulation,
    EquipmentService,
    EquipmentCertification,
    Measurement,
    PurchasedService
);

impl Part for SpinalManipulation {
    const ID: &'static str = "CR2";

    fn read(at: At<'_, '_>) -> Self {
        Self {
            condition: at.text(8),
            descriptions: [at.text(10), at.text(11)],
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        let [first, second] = &self.descriptions;
        Ok(Line::new(Self::ID)
            .skip(7)
            .required(&self.condition, 1)
            .skip(1)
            .data(first, 80)
            .data(second, 80))
    }
}

impl Part for EquipmentService {
    const ID: &'static str = "SV5";

    fn read(at: At<'_, '_>) -> Self {
        Self {
            procedure: Procedure::read(at, 1).unwrap_or_default(),
            days: at.number(3),
            rental_price: at.number(4),
            purchase_price: at.number(5),
            rental_frequency: at.text(6),
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        let segment = Self::ID;
        if self.procedure.code.is_empty() {
            return Err(WriteError::Missing { segment, element: 1 });
        }
        Ok(Line::new(segment)
            .composite(self.procedure.components(segment, 1)?, 48)
            .code("DA")
            .required(&optional(self.days), 15)
            .required(&optional(self.rental_price), 18)
            .required(&optional(self.purchase_price), 18)
            .required(&self.rental_frequency, 1))
    }
}

impl Part for EquipmentCertification {
    const ID: &'static str = "CR3";

    fn read(at: At<'_, '_>) -> Self {
        Self {
            action: at.text(1),
            months: at.number(3),
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        Ok(Line::new(Self::ID)
            .required(&self.action, 1)
            .code("MO")
            .required(&optional(self.months), 15))
    }
}

impl Part for Measurement {
    const ID: &'static str = "MEA";

    fn read(at: At<'_, '_>) -> Self {
        Self {
            reference: at.text(1),
            kind: at.text(2),
            value: at.number(3),
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        Ok(Line::new(Self::ID)
            .required(&self.reference, 2)
            .required(&self.kind, 3)
            .required(&optional(self.value), 20))
    }
}

impl Part for PurchasedService {
    const ID: &'static str = "PS1";

    fn read(at: At<'_, '_>) -> Self {
        Self {
            provider: at.text(1),
            amount: at.number(2),
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        Ok(Line::new(Self::ID)
            .required(&self.provider, 50)
            .required(&optional(self.amount), 18))
    }
}
