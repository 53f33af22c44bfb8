//! The 277: the status of claims.

use super::exchange::Exchange;
use super::information::StatusInformation;
use super::levels::{ClaimLevel, Kind, inside};
use super::service::Service;
use crate::parts::{Dated, Reference, list, need, redact_debug, write_all};
use mc_x12::tree::Node;
use mc_x12::{Builder, Line, WriteError};
use serde::Serialize;

/// One transaction set 277 in response to a 276.
pub type StatusAnswer = Exchange<ClaimAnswer>;

/// The status of a claim (loop 2200D or 2200E), also in a claim acknowledgement (277CA).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct ClaimAnswer {
    /// TRN02: the trace of the inquiry; in a claim acknowledgement CLM01 of the claim.
    pub trace: String,
    pub information: Vec<StatusInformation>,
    /// `1K` payer's claim number, `D9` clearinghouse's number, `BLT` type of bill, `EJ` CLM01 of
    /// the claim, ...
    pub references: Vec<Reference>,
    /// `472` service.
    pub dates: Vec<Dated>,
    /// Lines with a status; `FJ` among their references is REF 6R of the claim's line.
    pub lines: Vec<Service>,
}

redact_debug!(ClaimAnswer);

impl ClaimAnswer {
    /// The payer's claim number (REF 1K), which a replacement repeats as REF F8.
    pub fn payer_number(&self) -> Option<&str> {
        Reference::find(&self.references, "1K")
    }
}

impl ClaimLevel for ClaimAnswer {
    const KIND: Kind = Kind {
        functional_id: "HN",
        id: "277",
        purpose: "08",
        type_code: "DG",
    };

    fn read(node: &Node<'_>) -> Self {
        Self {
            trace: need(node, "TRN").text(2),
            information: list(node),
            references: list(node),
            dates: list(node),
            lines: inside(node, "22").map(Service::read).collect(),
        }
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
