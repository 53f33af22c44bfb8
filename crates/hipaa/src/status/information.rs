//! The status of a claim or a line: STC.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;

use crate::parts::{At, Part, composite, day, optional, redact_debug};
use mc_x12::{Line, WriteError};

/// One status (C043).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Status {
    /// Claim status category code, e.g. `A2` accepted, `P1` pending, `F1` finalized and paid, `E0`
    /// cannot respond.
    pub category: String,
    /// Claim status code, e.g. `20` accepted for processing.
    pub code: String,
    /// The entity that the code concerns, e.g. `1P` provider, `IL` insured.
    pub entity: String,
    /// `RX` for a code of NCPDP.
    pub list: String,
}

/// The kind of response, by category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StatusClass {
    /// `A0` to `A8`: received, accepted or returned.
    Acknowledgement,
    /// `P`: pending.
    Pending,
    /// `F`: finalized.
    Finalized,
    /// `R`: the payer requests more information.
    Requested,
    /// `E`: the inquiry could not be answered.
    Error,
    /// `D` and other codes.
    Other,
}

/// Up to three statuses with dates and amounts (STC).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct StatusInformation {
    /// STC01, STC10 and STC11.
    pub statuses: Vec<Status>,
    /// STC02: effective date.
    pub effective: Option<NaiveDate>,
    /// STC03: `WQ` accepted, `U` rejected; in a claim acknowledgement.
    pub action: String,
    /// STC04.
    pub charge: Option<Decimal>,
    /// STC05.
    pub paid: Option<Decimal>,
    /// STC06: adjudication date.
    pub finalized_on: Option<NaiveDate>,
    /// STC07.
    pub method: String,
    /// STC08: payment date.
    pub paid_on: Option<NaiveDate>,
    /// STC09: check or transfer number, as in TRN02 of the 835.
    pub payment_number: String,
    /// STC12.
    pub message: String,
}

redact_debug!(StatusInformation);

/// The elements that hold a status.
const PLACES: [usize; 3] = [1, 10, 11];

impl Status {
    pub fn new(category: impl Into<String>, code: impl Into<String>) -> Self {
        Self {
            category: category.into(),
            code: code.into(),
            ..Self::default()
        }
    }

    /// By the first letter of the category.
    pub fn class(&self) -> StatusClass {
        match self.category.chars().next() {
            Some('A') => StatusClass::Acknowledgement,
            Some('P') => StatusClass::Pending,
            Some('F') => StatusClass::Finalized,
            Some('R') => StatusClass::Requested,
            Some('E') => StatusClass::Error,
            _ => StatusClass::Other,
        }
    }
}

impl StatusInformation {
    /// One status.
    pub fn new(status: Status, effective: NaiveDate) -> Self {
        Self {
            statuses: vec![status],
            effective: Some(effective),
            ..Self::default()
        }
    }
}

impl Part for StatusInformation {
    const ID: &'static str = "STC";

    fn read(at: At<'_, '_>) -> Self {
        let stated = PLACES.into_iter().filter(|n| !at.is_empty(*n));
        let statuses = stated.map(|n| Status {
            category: at.component(n, 1),
            code: at.component(n, 2),
            entity: at.component(n, 3),
            list: at.component(n, 4),
        });
        Self {
            statuses: statuses.collect(),
            effective: at.day(2),
            action: at.text(3),
            charge: at.number(4),
            paid: at.number(5),
            finalized_on: at.day(6),
            method: at.text(7),
            paid_on: at.day(8),
            payment_number: at.text(9),
            message: at.text(12),
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        let segment = Self::ID;
        if self.statuses.first().is_none_or(|status| status.category.is_empty()) {
            return Err(WriteError::Missing { segment, element: 1 });
        }
        if self.statuses.len() > PLACES.len() {
            return Err(WriteError::Form { segment, element: 11 });
        }
        let status = |at: usize| {
            let parts = |s: &Status| [&s.category, &s.code, &s.entity, &s.list].map(Clone::clone).to_vec();
            composite(self.statuses.get(at).map(parts).unwrap_or_default())
        };
        let date = |date: Option<NaiveDate>| date.map(day).unwrap_or_default();
        Ok(Line::new(segment)
            .composite(status(0), 30)
            .data(&date(self.effective), 8)
            .data(&self.action, 2)
            .data(&optional(self.charge), 18)
            .data(&optional(self.paid), 18)
            .data(&date(self.finalized_on), 8)
            .data(&self.method, 3)
            .data(&date(self.paid_on), 8)
            .data(&self.payment_number, 50)
            .composite(status(1), 30)
            .composite(status(2), 30)
            .data(&self.message, 264))
    }
}
