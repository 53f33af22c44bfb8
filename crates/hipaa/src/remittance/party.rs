//! Payer and payee: loops 1000A and 1000B.

use crate::parts::{Address, Contact, Organization, Part, Reference, find, list, one, write_all};
use mc_x12::tree::Node;
use mc_x12::{Builder, Line, WriteError};
use serde::Serialize;

/// The payer (loop 1000A).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Payer {
    /// Role `PR`.
    pub name: Organization,
    pub address: Option<Address>,
    /// `2U` payer id, `NF` NAIC code, ...
    pub references: Vec<Reference>,
    /// `BL` technical contact, which the guide requires; `CX` business; `IC` web page.
    pub contacts: Vec<Contact>,
}

/// The payee (loop 1000B).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Payee {
    /// Role `PE`; id `XX` NPI, `FI` tax id.
    pub name: Organization,
    pub address: Option<Address>,
    /// `TJ` tax id, `PQ` payee id, ...
    pub references: Vec<Reference>,
    pub delivery: Option<Delivery>,
}

/// Delivery of the remittance (RDM).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Delivery {
    /// `BM` mail, `EM` e-mail, `FT` file transfer, `OL` on line.
    pub method: String,
    pub name: String,
    /// RDM03: the destination.
    pub address: String,
}

impl Payer {
    /// A payer with the technical contact that the guide requires.
    pub fn new(name: impl Into<String>, address: Address, contact: Contact) -> Self {
        Self {
            name: Organization::new("PR", name),
            address: Some(address),
            references: Vec::new(),
            contacts: vec![contact],
        }
    }

    pub(super) fn read(node: &Node<'_>) -> Self {
        Self {
            name: one(node),
            address: Address::read(node),
            references: list(node),
            contacts: list(node),
        }
    }

    pub(super) fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        out.push(self.name.line()?)?;
        Address::write_required(self.address.as_ref(), out)?;
        write_all(out, &self.references)?;
        write_all(out, &self.contacts)
    }
}

impl Delivery {
    pub(crate) fn read(node: &Node<'_>) -> Option<Self> {
        find(node, "RDM").map(|rdm| Self {
            method: rdm.text(1),
            name: rdm.text(2),
            address: rdm.text(3),
        })
    }
}

impl Payee {
    /// A provider with an NPI.
    pub fn provider(name: impl Into<String>, npi: impl Into<String>) -> Self {
        Self {
            name: Organization::new("PE", name).with_id("XX", npi),
            ..Self::default()
        }
    }

    pub(super) fn read(node: &Node<'_>) -> Self {
        Self {
            name: one(node),
            address: Address::read(node),
            references: list(node),
            delivery: Delivery::read(node),
        }
    }

    pub(super) fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        out.push(self.name.line()?)?;
        Address::write_if(self.address.as_ref(), out)?;
        write_all(out, &self.references)?;
        if let Some(delivery) = &self.delivery {
            out.push(
                Line::new("RDM")
                    .required(&delivery.method, 2)
                    .data(&delivery.name, 60)
                    .data(&delivery.address, 256),
            )?;
        }
        Ok(())
    }
}
