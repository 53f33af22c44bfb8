//! Delivery patterns: HSD.

use rust_decimal::Decimal;
use serde::Serialize;

use super::{At, Part, optional};
use mc_x12::{Line, WriteError};

/// A quantity per period (HSD), e.g. 35 visits (`VS`) per 1 year (`21`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize)]
pub struct Delivery {
    /// HSD01 (data element 673), e.g. `VS` visits, `DY` days, `HS` hours.
    pub quantity_qualifier: String,
    /// HSD02.
    pub quantity: Option<Decimal>,
    /// HSD03: the unit of `every`, e.g. `DA` days, `WK` weeks, `MO` months.
    pub unit: String,
    /// HSD04: the quantity is per this number of `unit`.
    pub every: Option<Decimal>,
    /// HSD05 (data element 615), e.g. `21` years, `23` calendar year, `27` visit.
    pub period: String,
    /// HSD06.
    pub periods: Option<Decimal>,
    /// HSD07: pattern of days, e.g. `1` first week of the month, `A` Monday to Friday.
    pub pattern: String,
    /// HSD08: time of day.
    pub time: String,
}

impl Delivery {
    /// A quantity without a period.
    pub fn new(qualifier: impl Into<String>, quantity: impl Into<Decimal>) -> Self {
        Self {
            quantity_qualifier: qualifier.into(),
            quantity: Some(quantity.into()),
            ..Self::default()
        }
    }

    /// Sets the number of periods.
    #[must_use]
    pub fn per(mut self, periods: impl Into<Decimal>, period: impl Into<String>) -> Self {
        self.period = period.into();
        self.periods = Some(periods.into());
        self
    }
}

impl Part for Delivery {
    const ID: &'static str = "HSD";

    fn read(at: At<'_, '_>) -> Self {
        Self {
            quantity_qualifier: at.text(1),
            quantity: at.number(2),
            unit: at.text(3),
            every: at.number(4),
            period: at.text(5),
            periods: at.number(6),
            pattern: at.text(7),
            time: at.text(8),
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        Ok(Line::new("HSD")
            .data(&self.quantity_qualifier, 2)
            .data(&optional(self.quantity), 15)
            .data(&self.unit, 2)
            .data(&optional(self.every), 6)
            .data(&self.period, 2)
            .data(&optional(self.periods), 3)
            .data(&self.pattern, 2)
            .data(&self.time, 1))
    }
}
