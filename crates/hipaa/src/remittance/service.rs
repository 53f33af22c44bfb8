//! The payment of one service line: loop 2110.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::parts::{
    Adjustment, Amount, At, Dated, Part, Procedure, Quantity, Reference, adjustments, all, list, need, optional,
    redact_debug, write_adjustments, write_all,
};
use mc_x12::tree::Node;
use mc_x12::{Builder, Line, WriteError};

/// The payment of one service line (SVC and subordinate segments).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct ServicePayment {
    /// SVC01: the adjudicated procedure.
    pub procedure: Procedure,
    /// SVC02; `None` where it is empty or unreadable.
    pub charge: Option<Decimal>,
    /// SVC03; `None` where it is empty or unreadable.
    pub paid: Option<Decimal>,
    /// SVC04.
    pub revenue_code: String,
    /// SVC05: units paid; absent means one.
    pub units: Option<Decimal>,
    /// SVC06: the billed procedure, where the payer bundled or changed it.
    pub original_procedure: Option<Procedure>,
    /// SVC07: units billed, where they differ.
    pub original_units: Option<Decimal>,
    /// `472` service; `150` and `151` its first and last day.
    pub dates: Vec<Dated>,
    pub adjustments: Vec<Adjustment>,
    pub references: Vec<Reference>,
    /// `B6` allowed, `KH`, `T` tax, ...
    pub amounts: Vec<Amount>,
    pub quantities: Vec<Quantity>,
    pub remarks: Vec<Remark>,
}

/// A remark code (LQ).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Remark {
    /// `HE` remittance advice remark code, `RX` reject code of NCPDP.
    pub list: String,
    pub code: String,
}

redact_debug!(ServicePayment);

impl ServicePayment {
    /// One unit of a procedure.
    pub fn new(procedure: Procedure, charge: impl Into<Decimal>, paid: impl Into<Decimal>) -> Self {
        Self {
            procedure,
            charge: Some(charge.into()),
            paid: Some(paid.into()),
            ..Self::default()
        }
    }

    /// Adds an adjustment.
    #[must_use]
    pub fn adjusted(mut self, group: &str, reason: &str, amount: impl Into<Decimal>) -> Self {
        self.adjustments.push(Adjustment::new(group, reason, amount));
        self
    }

    /// REF 6R: the line's number in the claim.
    pub fn control_number(&self) -> Option<&str> {
        Reference::find(&self.references, "6R")
    }

    /// Reads loop 2110.
    pub fn from_node(node: &Node<'_>) -> Self {
        let svc = need(node, "SVC");
        Self {
            procedure: Procedure::read(svc, 1).unwrap_or_default(),
            charge: svc.number(2),
            paid: svc.number(3),
            revenue_code: svc.text(4),
            units: svc.number(5),
            original_procedure: Procedure::read(svc, 6),
            original_units: svc.number(7),
            dates: all(node, "DTM").map(Dated::from_dtm).collect(),
            adjustments: adjustments(node),
            references: list(node),
            amounts: list(node),
            quantities: list(node),
            remarks: list(node),
        }
    }

    pub(super) fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        let segment = "SVC";
        if self.procedure.code.is_empty() {
            return Err(WriteError::Missing { segment, element: 1 });
        }
        let original = self.original_procedure.as_ref();
        out.push(
            Line::new(segment)
                .composite(self.procedure.components(segment, 1)?, 80)
                .required(&optional(self.charge), 18)
                .required(&optional(self.paid), 18)
                .data(&self.revenue_code, 48)
                .data(&optional(self.units), 15)
                .composite(original.map_or(Ok(Vec::new()), |p| p.components(segment, 6))?, 80)
                .data(&optional(self.original_units), 15),
        )?;
        for date in &self.dates {
            out.push(date.dtm())?;
        }
        write_adjustments(out, &self.adjustments)?;
        write_all(out, &self.references)?;
        write_all(out, &self.amounts)?;
        write_all(out, &self.quantities)?;
        write_all(out, &self.remarks)
    }
}

impl Part for Remark {
    const ID: &'static str = "LQ";

    fn read(at: At<'_, '_>) -> Self {
        Self {
            list: at.text(1),
            code: at.text(2),
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        Ok(Line::new("LQ").required(&self.list, 3).required(&self.code, 30))
    }
}
