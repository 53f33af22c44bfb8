//! One transaction set about the status of claims: BHT and the levels, in either direction.

use chrono::NaiveDateTime;
use serde::Serialize;

use super::levels::{self, ClaimLevel, Source};
use crate::parts::{Read, ViewError, beginning, need};
use mc_x12::tree::Node;
use mc_x12::{Builder, Envelope, Transaction, TransactionKind, TransactionSet, WriteError};

/// The version that is written.
const VERSION: &str = "005010X212";

/// One transaction set: a 276 where its claims are [`ClaimInquiry`](super::ClaimInquiry), a 277
/// where they are [`ClaimAnswer`](super::ClaimAnswer).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exchange<C> {
    /// BHT03.
    pub reference: String,
    /// BHT04 and BHT05.
    pub created_at: Option<NaiveDateTime>,
    pub sources: Vec<Source<C>>,
}

impl<C> Exchange<C> {
    pub fn new(reference: impl Into<String>, created_at: NaiveDateTime) -> Self {
        Self {
            reference: reference.into(),
            created_at: Some(created_at),
            sources: Vec::new(),
        }
    }

    /// The claims, in order.
    pub fn claims(&self) -> impl Iterator<Item = &C> {
        let receivers = self.sources.iter().flat_map(|source| &source.receivers);
        let providers = receivers.flat_map(|receiver| &receiver.providers);
        let patients = providers.flat_map(|provider| &provider.patients);
        patients.flat_map(|patient| &patient.claims)
    }

    /// The same levels with the claims of a response. Birth dates are not repeated in it.
    pub fn answered<A>(&self, mut claim: impl FnMut(&C) -> A) -> Vec<Source<A>> {
        self.sources.iter().map(|source| source.answered(&mut claim)).collect()
    }
}

impl<C: ClaimLevel> Exchange<C> {
    /// Reads one transaction set by its guide. What cannot be read is listed, and the rest is read.
    ///
    /// # Errors
    /// [`ViewError`] for another transaction set, including a claim acknowledgement (277CA).
    pub fn read(transaction: &Transaction<'_>) -> Result<Read<Self>, ViewError> {
        let expected = C::KIND.id;
        if transaction.id == expected && !transaction.version.starts_with(VERSION) {
            return Err(ViewError::WrongTransaction { expected });
        }
        Read::of(transaction, expected, Self::from_node)
    }

    /// Reads the loops of a transaction set.
    pub fn from_node(node: &Node<'_>) -> Self {
        let bht = need(node, "BHT");
        Self {
            reference: bht.text(3),
            created_at: bht.moment(4),
            sources: levels::read(node),
        }
    }

    /// Writes the interchange.
    ///
    /// # Errors
    /// [`WriteError`] naming the field that does not fit.
    pub fn to_x12(&self, envelope: &Envelope) -> Result<String, WriteError> {
        envelope.enclose(self)
    }
}

impl<C: ClaimLevel> TransactionSet for Exchange<C> {
    type Error = WriteError;

    fn kind(&self) -> TransactionKind {
        TransactionKind {
            functional_id: C::KIND.functional_id,
            id: C::KIND.id,
            version: VERSION,
        }
    }

    fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        let line = beginning("0010", C::KIND.purpose, &self.reference, self.created_at);
        out.push(line.code(C::KIND.type_code))?;
        levels::write(out, &self.sources)
    }
}
