//! The 277: what became of it.

use chrono::NaiveDateTime;

use super::information::StatusInformation;
use super::inquiry::beginning;
use super::levels::{self, ClaimLevel, Source, inside};
use super::service::Service;
use crate::envelope::Transaction;
use crate::error::WriteError;
use crate::line::Line;
use crate::parts::{Dated, Reference, ViewError, hidden, list, loops, moment, need, write_all};
use crate::tree::Node;
use crate::writer::{Builder, Envelope, TransactionKind, TransactionSet};

/// One transaction set 277 that answers a 276.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusAnswer {
    /// BHT03.
    pub reference: String,
    /// BHT04 and BHT05.
    pub created_at: Option<NaiveDateTime>,
    pub sources: Vec<Source<ClaimAnswer>>,
}

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

impl StatusAnswer {
    pub fn new(reference: impl Into<String>, created_at: NaiveDateTime) -> Self {
        Self {
            reference: reference.into(),
            created_at: Some(created_at),
            sources: Vec::new(),
        }
    }

    /// The answers about claims, in order.
    pub fn claims(&self) -> impl Iterator<Item = &ClaimAnswer> {
        let receivers = self.sources.iter().flat_map(|source| &source.receivers);
        let patients = receivers
            .flat_map(|r| &r.providers)
            .flat_map(|provider| &provider.patients);
        patients.flat_map(|patient| &patient.claims)
    }

    /// Reads one transaction set by its guide; what has no place there is left out, which the checker tells.
    ///
    /// # Errors
    /// [`ViewError`] for another transaction set or a claim acknowledgement (277CA), or as [`StatusAnswer::from_node`].
    pub fn read(transaction: &Transaction<'_>) -> Result<Self, ViewError> {
        let expected = "277";
        if !transaction.version.starts_with(super::VERSION) {
            return Err(ViewError::WrongTransaction { expected });
        }
        Self::from_node(&loops(transaction, expected)?)
    }

    /// Reads the loops of a transaction set.
    ///
    /// # Errors
    /// [`ViewError`] for a level that is missing or a number that cannot be read.
    pub fn from_node(node: &Node<'_>) -> Result<Self, ViewError> {
        let bht = need(node, "BHT")?;
        Ok(Self {
            reference: bht.text(3),
            created_at: moment(&bht.text(4), &bht.text(5)),
            sources: levels::read(node)?,
        })
    }

    /// Writes the interchange.
    ///
    /// # Errors
    /// [`WriteError`] naming the field that does not fit.
    pub fn to_x12(&self, envelope: &Envelope) -> Result<String, WriteError> {
        envelope.enclose(self)
    }
}

impl TransactionSet for StatusAnswer {
    type Error = WriteError;

    fn kind(&self) -> TransactionKind {
        TransactionKind {
            functional_id: "HN",
            id: "277",
            version: super::VERSION,
        }
    }

    fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        out.push(beginning("08", &self.reference, self.created_at).code("DG"))?;
        levels::write(out, &self.sources)?;
        Ok(())
    }
}

impl ClaimLevel for ClaimAnswer {
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
