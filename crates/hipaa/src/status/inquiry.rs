//! The 276: inquiries about the status of claims.

use rust_decimal::Decimal;
use serde::Serialize;

use super::exchange::Exchange;
use super::levels::{ClaimLevel, Kind, inside};
use super::service::Service;
use crate::parts::{Amount, Dated, Reference, list, need, redact_debug, write_all};
use mc_x12::tree::Node;
use mc_x12::{Builder, Line, WriteError};

/// One transaction set 276.
pub type StatusInquiry = Exchange<ClaimInquiry>;

/// A claim in question (loop 2200D or 2200E).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct ClaimInquiry {
    /// TRN02: repeated in the response.
    pub trace: String,
    /// `1K` payer's claim number, `BLT` type of bill, `EJ` CLM01 of the claim, `XZ` prescription,
    /// `D9` clearinghouse.
    pub references: Vec<Reference>,
    /// AMT T3.
    pub charge: Option<Decimal>,
    /// `472` service.
    pub dates: Vec<Dated>,
    /// The lines in question; empty for the claim as a whole.
    pub lines: Vec<Service>,
}

redact_debug!(ClaimInquiry);

impl ClaimLevel for ClaimInquiry {
    const KIND: Kind = Kind {
        functional_id: "HR",
        id: "276",
        purpose: "13",
        type_code: "",
    };

    fn read(node: &Node<'_>) -> Self {
        let amounts: Vec<Amount> = list(node);
        Self {
            trace: need(node, "TRN").text(2),
            references: list(node),
            charge: Amount::find(&amounts, "T3"),
            dates: list(node),
            lines: inside(node, "22").map(Service::read).collect(),
        }
    }

    fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        out.push(Line::new("TRN").code("1").required(&self.trace, 50))?;
        write_all(out, &self.references)?;
        let charge = self.charge.map(|charge| Amount::new("T3", charge));
        write_all(out, charge.as_slice())?;
        write_all(out, &self.dates)?;
        self.lines.iter().try_for_each(|line| line.write(out))
    }
}
