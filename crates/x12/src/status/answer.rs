//! The 277: what became of it.

use super::exchange::Exchange;
use super::information::StatusInformation;
use super::levels::{ClaimLevel, Kind, inside};
use super::service::Service;
use crate::error::WriteError;
use crate::line::Line;
use crate::parts::{Dated, Reference, ViewError, hidden, list, need, write_all};
use crate::tree::Node;
use crate::writer::Builder;

/// One transaction set 277 that answers a 276.
pub type StatusAnswer = Exchange<ClaimAnswer>;

/// What became of a claim (loop 2200D or 2200E).
#[derive(Clone, PartialEq, Eq, Default)]
pub struct ClaimAnswer {
    /// TRN02 of the inquiry.
    pub trace: String,
    pub information: Vec<StatusInformation>,
    /// `1K` payer's number, `BLT` type of bill, `EJ` CLM01 of the claim, ...
    pub references: Vec<Reference>,
    /// `472` service.
    pub dates: Vec<Dated>,
    pub lines: Vec<Service>,
}

hidden!(ClaimAnswer);

impl ClaimLevel for ClaimAnswer {
    const KIND: Kind = Kind {
        functional_id: "HN",
        id: "277",
        purpose: "08",
        type_code: "DG",
    };

    fn read(node: &Node<'_>) -> Result<Self, ViewError> {
        Ok(Self {
            trace: need(node, "TRN")?.text(2),
            information: list(node)?,
            references: list(node)?,
            dates: list(node)?,
            lines: inside(node, "22").map(Service::read).collect::<Result<_, _>>()?,
        })
    }

    fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        out.push(Line::new("TRN").code("2").required(&self.trace, 50))?;
        if self.information.is_empty() {
            let segment = "STC";
            return Err(WriteError::Missing { segment, element: 1 });
        }
        write_all(out, &self.information)?;
        write_all(out, &self.references)?;
        write_all(out, &self.dates)?;
        self.lines.iter().try_for_each(|line| line.write(out))
    }
}
