//! Persons and organizations above a claim, or involved in its payment.

use crate::parts::{Address, Contact, Demographics, Name, Part, Reference, first, list, one, redact_debug, write_all};
use mc_x12::tree::Node;
use mc_x12::{Builder, WriteError};
use serde::Serialize;

/// The insured person or the patient (loops 2010BA and 2010CA).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Person {
    /// Role `IL`, with id `MI` member id, or `QC`.
    pub name: Name,
    /// Required of the patient.
    pub address: Option<Address>,
    /// Required of the patient.
    pub demographics: Option<Demographics>,
    /// `SY` social security number, `Y4` property and casualty claim.
    pub references: Vec<Reference>,
    pub contacts: Vec<Contact>,
}

/// A payer, a pay-to party, or the insured person of another payer (loops 2010AB, 2010AC, 2010BB
/// and 2330A).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Party {
    /// Role `PR` with id `PI` payer id or `XV` health plan id; `87`, which needs no name; `PE`;
    /// `IL`.
    pub name: Name,
    pub address: Option<Address>,
    pub references: Vec<Reference>,
}

redact_debug!(Person, Party);

/// Writes an optional address, or returns an error where it is required.
type WriteAddress = fn(Option<&Address>, &mut Builder) -> Result<(), WriteError>;

impl Person {
    /// A person with a name and nothing else.
    pub fn new(name: Name) -> Self {
        Self {
            name,
            ..Self::default()
        }
    }

    pub(super) fn read(node: &Node<'_>) -> Self {
        Self {
            name: one(node),
            address: Address::read(node),
            demographics: first(node),
            references: list(node),
            contacts: list(node),
        }
    }

    pub(super) fn write(&self, out: &mut Builder, address: WriteAddress) -> Result<(), WriteError> {
        out.push(self.name.line()?)?;
        address(self.address.as_ref(), out)?;
        write_all(out, &self.demographics)?;
        write_all(out, &self.references)?;
        write_all(out, &self.contacts)
    }
}

impl Party {
    /// A party with a name and nothing else.
    pub fn new(name: Name) -> Self {
        Self {
            name,
            ..Self::default()
        }
    }

    /// A payer, identified by its payer id.
    pub fn payer(name: impl Into<String>, payer_id: impl Into<String>) -> Self {
        Self::new(Name::organization("PR", name).with_id("PI", payer_id))
    }

    pub(super) fn read(node: &Node<'_>) -> Self {
        Self {
            name: one(node),
            address: Address::read(node),
            references: list(node),
        }
    }

    pub(super) fn write(&self, out: &mut Builder, address: WriteAddress) -> Result<(), WriteError> {
        out.push(self.name.line()?)?;
        address(self.address.as_ref(), out)?;
        write_all(out, &self.references)
    }
}
