//! The 276: what became of this claim?

use chrono::NaiveDateTime;
use rust_decimal::Decimal;

use super::answer::ClaimAnswer;
use super::levels::{self, ClaimLevel, Source, inside};
use super::service::Service;
use crate::envelope::Transaction;
use crate::error::WriteError;
use crate::line::Line;
use crate::parts::{Amount, Dated, Reference, ViewError, hidden, list, loops, moment, moment_text, need, write_all};
use crate::tree::Node;
use crate::writer::{Builder, Envelope, TransactionKind, TransactionSet};

/// One transaction set 276.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusInquiry {
    /// BHT03.
    pub reference: String,
    /// BHT04 and BHT05.
    pub created_at: Option<NaiveDateTime>,
    pub sources: Vec<Source<ClaimInquiry>>,
}

/// A claim that is asked about (loop 2200D or 2200E).
#[derive(Clone, PartialEq, Eq, Default)]
pub struct ClaimInquiry {
    /// TRN02: comes back in the answer.
    pub trace: String,
    /// `1K` payer's number, `BLT` type of bill, `EJ` CLM01 of the claim, `XZ` prescription, `D9` clearinghouse.
    pub references: Vec<Reference>,
    /// AMT T3.
    pub charge: Option<Decimal>,
    /// `472` service.
    pub dates: Vec<Dated>,
    /// Lines that are asked about; none asks about the claim.
    pub lines: Vec<Service>,
}

hidden!(ClaimInquiry);

impl StatusInquiry {
    pub fn new(reference: impl Into<String>, created_at: NaiveDateTime) -> Self {
        Self {
            reference: reference.into(),
            created_at: Some(created_at),
            sources: Vec::new(),
        }
    }

    /// The levels of the answer, claim by claim. Birth dates are not repeated in it.
    pub fn answered(&self, mut claim: impl FnMut(&ClaimInquiry) -> ClaimAnswer) -> Vec<Source<ClaimAnswer>> {
        self.sources.iter().map(|source| source.answered(&mut claim)).collect()
    }

    /// Reads one transaction set by its guide; what has no place there is left out, which the checker tells.
    ///
    /// # Errors
    /// [`ViewError`] for another transaction set, or as [`StatusInquiry::from_node`].
    pub fn read(transaction: &Transaction<'_>) -> Result<Self, ViewError> {
        Self::from_node(&loops(transaction, "276")?)
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

impl TransactionSet for StatusInquiry {
    type Error = WriteError;

    fn kind(&self) -> TransactionKind {
        TransactionKind {
            functional_id: "HR",
            id: "276",
            version: super::VERSION,
        }
    }

    fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        out.push(beginning("13", &self.reference, self.created_at))?;
        levels::write(out, &self.sources)?;
        Ok(())
    }
}

/// BHT.
pub(super) fn beginning(purpose: &str, reference: &str, at: Option<NaiveDateTime>) -> Line {
    let (day, time) = at.map(moment_text).unwrap_or_default();
    Line::new("BHT")
        .code("0010")
        .code(purpose)
        .required(reference, 50)
        .required(&day, 8)
        .required(&time, 8)
}

impl ClaimLevel for ClaimInquiry {
    fn read(node: &Node<'_>) -> Result<Self, ViewError> {
        let amounts: Vec<Amount> = list(node)?;
        Ok(Self {
            trace: need(node, "TRN")?.text(2),
            references: list(node)?,
            charge: Amount::find(&amounts, "T3"),
            dates: list(node)?,
            lines: inside(node, "22").map(Service::read).collect::<Result<_, _>>()?,
        })
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
