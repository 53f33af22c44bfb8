//! Qualified amounts and quantities: AMT and QTY.

use rust_decimal::Decimal;
use serde::Serialize;

use super::{At, Part, optional};
use mc_x12::{Line, WriteError};

/// An amount of money and its meaning (AMT).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Amount {
    /// Data element 522, e.g. `D` payer amount paid, `B6` allowed.
    pub qualifier: String,
    pub amount: Option<Decimal>,
}

/// A quantity and its meaning (QTY).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quantity {
    /// Data element 673, e.g. `CA` covered days.
    pub qualifier: String,
    pub quantity: Option<Decimal>,
}

impl Amount {
    pub fn new(qualifier: impl Into<String>, amount: impl Into<Decimal>) -> Self {
        Self {
            qualifier: qualifier.into(),
            amount: Some(amount.into()),
        }
    }

    /// The first amount with this qualifier.
    pub fn find(amounts: &[Self], qualifier: &str) -> Option<Decimal> {
        amounts.iter().find(|a| a.qualifier == qualifier)?.amount
    }
}

impl Quantity {
    pub fn new(qualifier: impl Into<String>, quantity: impl Into<Decimal>) -> Self {
        Self {
            qualifier: qualifier.into(),
            quantity: Some(quantity.into()),
        }
    }
}

impl Part for Amount {
    const ID: &'static str = "AMT";

    fn read(at: At<'_, '_>) -> Self {
        Self {
            qualifier: at.text(1),
            amount: at.number(2),
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        Ok(Line::new("AMT")
            .required(&self.qualifier, 3)
            .required(&optional(self.amount), 18))
    }
}

impl Part for Quantity {
    const ID: &'static str = "QTY";

    fn read(at: At<'_, '_>) -> Self {
        Self {
            qualifier: at.text(1),
            quantity: at.number(2),
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        Ok(Line::new("QTY")
            .required(&self.qualifier, 2)
            .required(&optional(self.quantity), 15))
    }
}
