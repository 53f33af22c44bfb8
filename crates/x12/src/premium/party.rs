//! Who pays, who is paid, and the banks between them: loops 1000A to 1000C.

use crate::parts::{Address, Contact, Organization, ViewError, list, one, text_of};
use crate::remittance::Delivery;
use crate::tree::Node;

/// Who is paid (loop 1000A).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Receiver {
    /// Role `PE`.
    pub name: Organization,
    /// N201.
    pub more_name: String,
    pub address: Option<Address>,
    /// How the remittance itself is delivered.
    pub delivery: Option<Delivery>,
}

/// Who pays (loop 1000B).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Payer {
    /// Role `PR`.
    pub name: Organization,
    /// N201.
    pub more_name: String,
    pub address: Option<Address>,
    pub contacts: Vec<Contact>,
}

/// A bank or broker between them (loop 1000C).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bank {
    /// `BK` bank, `C1` in care of, ...
    pub name: Organization,
    /// N201.
    pub more_name: String,
    pub address: Option<Address>,
    pub contacts: Vec<Contact>,
}

fn more_name(node: &Node<'_>) -> String {
    text_of(node, "N2", 1)
}

impl Receiver {
    pub(super) fn read(node: &Node<'_>) -> Result<Self, ViewError> {
        Ok(Self {
            name: one(node)?,
            more_name: more_name(node),
            address: Address::read(node),
            delivery: Delivery::read(node),
        })
    }
}

impl Payer {
    pub(super) fn read(node: &Node<'_>) -> Result<Self, ViewError> {
        Ok(Self {
            name: one(node)?,
            more_name: more_name(node),
            address: Address::read(node),
            contacts: list(node)?,
        })
    }
}

impl Bank {
    pub(super) fn read(node: &Node<'_>) -> Result<Self, ViewError> {
        Ok(Self {
            name: one(node)?,
            more_name: more_name(node),
            address: Address::read(node),
            contacts: list(node)?,
        })
    }
}
