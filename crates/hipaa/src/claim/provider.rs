//! Billing, rendering and other providers: loops 2000A, 2310 and 2420.

use super::{Party, Subscriber};
use crate::parts::{Address, Contact, Name, Part, Reference, inner, list, one, redact_debug, text_of, write_all};
use mc_x12::tree::Node;
use mc_x12::{Builder, Line, WriteError};
use serde::Serialize;

/// The billing provider and their subscribers (loops 2000A and 2010A).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct BillingProvider {
    /// PRV03.
    pub taxonomy: String,
    /// CUR02, where it is not US dollars.
    pub currency: String,
    /// Role `85`; id `XX`.
    pub name: Name,
    /// A street address, not a post office box.
    pub address: Option<Address>,
    /// `EI` or `SY` tax id first; `0B` state license, `1G` UPIN.
    pub references: Vec<Reference>,
    pub contacts: Vec<Contact>,
    /// The pay-to address, where it differs.
    pub pay_to: Option<Party>,
    /// A health plan that is paid instead of the provider.
    pub pay_to_plan: Option<Party>,
    pub subscribers: Vec<Subscriber>,
}

/// A provider or a place in its own role (loops 2310, 2330 and 2420).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Provider {
    /// The role is `DN` referring, `P3` primary care, `82` rendering, `77` service facility, `DQ`
    /// supervising, `DK` ordering, `QB` purchased service, `71` attending, `72` operating, `ZZ`
    /// other operating, `DD` assistant surgeon, `PW` and `45` ambulance pick-up and drop-off.
    pub name: Name,
    /// PRV01: `PE` performing, `AT` attending.
    pub taxonomy_role: String,
    /// PRV03.
    pub taxonomy: String,
    pub address: Option<Address>,
    pub references: Vec<Reference>,
    pub contacts: Vec<Contact>,
}

redact_debug!(Provider);

impl BillingProvider {
    /// An organization with NPI, employer tax id and address.
    pub fn new(name: impl Into<String>, npi: impl Into<String>, tax_id: impl Into<String>, address: Address) -> Self {
        Self {
            name: Name::organization("85", name).with_id("XX", npi),
            address: Some(address),
            references: vec![Reference::new("EI", tax_id)],
            ..Self::default()
        }
    }

    /// The National Provider Identifier.
    pub fn npi(&self) -> Option<&str> {
        self.name.npi()
    }

    /// The tax id: REF EI, else REF SY.
    pub fn tax_id(&self) -> Option<&str> {
        Reference::find(&self.references, "EI").or_else(|| Reference::find(&self.references, "SY"))
    }

    /// Loop 2000A without the levels below it.
    pub(crate) fn read(node: &Node<'_>) -> Self {
        let own = inner(node, "2010AA");
        Self {
            taxonomy: text_of(node, "PRV", 3),
            currency: text_of(node, "CUR", 2),
            name: one(own),
            address: Address::read(own),
            references: list(own),
            contacts: list(own),
            pay_to: node.child("2010AB").map(Party::read),
            pay_to_plan: node.child("2010AC").map(Party::read),
            subscribers: Vec::new(),
        }
    }

    /// Writes the segments between HL and the subscribers.
    pub(super) fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        if !self.taxonomy.is_empty() {
            out.push(Line::new("PRV").code("BI").code("PXC").data(&self.taxonomy, 50))?;
        }
        if !self.currency.is_empty() {
            out.push(Line::new("CUR").code("85").required(&self.currency, 3))?;
        }
        check_npi(&self.name)?;
        out.push(self.name.line()?)?;
        Address::write_required(self.address.as_ref(), out)?;
        write_all(out, &self.references)?;
        write_all(out, &self.contacts)?;
        [&self.pay_to, &self.pay_to_plan]
            .into_iter()
            .flatten()
            .try_for_each(|pay_to| pay_to.write(out, Address::write_required))
    }
}

impl Provider {
    /// A provider in the role of `name`.
    pub fn new(name: Name) -> Self {
        Self {
            name,
            ..Self::default()
        }
    }

    /// Every loop inside `node` whose id begins with `family`, except those in `except`.
    pub(super) fn read_all(node: &Node<'_>, family: &str, except: &[&str]) -> Vec<Self> {
        let loops = node.loops.iter();
        let wanted = loops.filter(|node| node.id().starts_with(family) && !except.contains(&node.id()));
        wanted.map(Self::read).collect()
    }

    fn read(node: &Node<'_>) -> Self {
        Self {
            name: one(node),
            taxonomy_role: text_of(node, "PRV", 1),
            taxonomy: text_of(node, "PRV", 3),
            address: Address::read(node),
            references: list(node),
            contacts: list(node),
        }
    }

    pub(super) fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        check_npi(&self.name)?;
        out.push(self.name.line()?)?;
        if !self.taxonomy.is_empty() {
            out.push(
                Line::new("PRV")
                    .required(&self.taxonomy_role, 3)
                    .code("PXC")
                    .data(&self.taxonomy, 50),
            )?;
        }
        Address::write_if(self.address.as_ref(), out)?;
        write_all(out, &self.references)?;
        write_all(out, &self.contacts)
    }
}

/// An id with the NPI qualifier must have ten digits.
pub(crate) fn check_npi(name: &Name) -> Result<(), WriteError> {
    let sound = |npi: &str| npi.len() == 10 && npi.bytes().all(|b| b.is_ascii_digit());
    let (segment, element) = ("NM1", 9);
    match name.npi() {
        Some(npi) if !sound(npi) => Err(WriteError::Form { segment, element }),
        _ => Ok(()),
    }
}
