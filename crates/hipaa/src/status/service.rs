//! A service line in question or with a status: loops 2210 and 2220.

use rust_decimal::Decimal;
use serde::Serialize;

use super::information::StatusInformation;
use crate::parts::{Dated, Procedure, Reference, list, need, optional, redact_debug, write_all};
use mc_x12::tree::Node;
use mc_x12::{Builder, Line, WriteError};

/// A service line (SVC and subordinate segments).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Service {
    pub procedure: Procedure,
    pub charge: Option<Decimal>,
    /// SVC03, in a response.
    pub paid: Option<Decimal>,
    /// SVC04.
    pub revenue_code: String,
    /// SVC07: units billed.
    pub units: Option<Decimal>,
    /// In a response.
    pub information: Vec<StatusInformation>,
    /// `FJ` line control number.
    pub references: Vec<Reference>,
    /// `472` service.
    pub dates: Vec<Dated>,
}

redact_debug!(Service);

impl Service {
    pub(crate) fn read(node: &Node<'_>) -> Self {
        let svc = need(node, "SVC");
        Self {
            procedure: Procedure::read(svc, 1).unwrap_or_default(),
            charge: svc.number(2),
            paid: svc.number(3),
            revenue_code: svc.text(4),
            units: svc.number(7),
            information: list(node),
            references: list(node),
            dates: list(node),
        }
    }

    pub(crate) fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        let segment = "SVC";
        if self.procedure.code.is_empty() {
            return Err(WriteError::Missing { segment, element: 1 });
        }
        out.push(
            Line::new(segment)
                .composite(self.procedure.components(segment, 1)?, 80)
                .required(&optional(self.charge), 18)
                .data(&optional(self.paid), 18)
                .data(&self.revenue_code, 48)
                .skip(2)
                .data(&optional(self.units), 15),
        )?;
        write_all(out, &self.information)?;
        write_all(out, &self.references)?;
        write_all(out, &self.dates)
    }
}
