//! Teeth: DN1, DN2 and TOO.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::parts::{At, Part, composite, optional, redact_debug};
use mc_x12::{Line, WriteError};

/// The duration of an orthodontic treatment (DN1).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Orthodontics {
    /// DN101, in months.
    pub total_months: Option<Decimal>,
    /// DN102, in months.
    pub remaining_months: Option<Decimal>,
    /// DN103: the treatment is orthodontic, but its months are unknown.
    pub is_orthodontic: Option<bool>,
    /// DN104.
    pub description: String,
}

/// The state of a tooth (DN2).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct ToothStatus {
    /// DN201.
    pub tooth: String,
    /// DN202: `E` to be extracted, `M` missing.
    pub status: String,
}

/// A tooth that was treated (TOO).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Tooth {
    /// TOO02: universal tooth designation.
    pub number: String,
    /// TOO03: up to five of `B D F I L M O`.
    pub surfaces: Vec<String>,
}

redact_debug!(Orthodontics, ToothStatus, Tooth);

impl Part for Orthodontics {
    const ID: &'static str = "DN1";

    fn read(at: At<'_, '_>) -> Self {
        Self {
            total_months: at.number(1),
            remaining_months: at.number(2),
            is_orthodontic: at.yes_no(3),
            description: at.text(4),
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        Ok(Line::new("DN1")
            .data(&optional(self.total_months), 15)
            .data(&optional(self.remaining_months), 15)
            .yes_no(self.is_orthodontic)
            .data(&self.description, 80))
    }
}

impl Part for ToothStatus {
    const ID: &'static str = "DN2";

    fn read(at: At<'_, '_>) -> Self {
        Self {
            tooth: at.text(1),
            status: at.text(2),
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        Ok(Line::new("DN2")
            .required(&self.tooth, 50)
            .required(&self.status, 2)
            .skip(3)
            .code("JP"))
    }
}

impl Part for Tooth {
    const ID: &'static str = "TOO";

    fn read(at: At<'_, '_>) -> Self {
        Self {
            number: at.text(2),
            surfaces: at.components(3),
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        if self.surfaces.len() > 5 {
            let segment = Self::ID;
            return Err(WriteError::Form { segment, element: 3 });
        }
        Ok(Line::new("TOO")
            .code("JP")
            .required(&self.number, 30)
            .composite(composite(self.surfaces.clone()), 2))
    }
}
