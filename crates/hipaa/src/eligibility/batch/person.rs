//! The person of an inquiry: loops 2100C and 2100D of a 270.

use crate::claim::{HealthCode, health_codes, write_health_codes};
use crate::parts::{
    Address, Dated, Demographics, Name, Part, Reference, find, first, list, need, redact_debug, write_all,
};
use mc_x12::tree::Node;
use mc_x12::{Builder, Line, WriteError};
use serde::Serialize;

/// A subscriber or a dependent.
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct InquiryPerson {
    /// Role `IL` or `03`; id `MI` member id.
    pub name: Name,
    /// `6P` group, `SY` social security, `EJ` patient account, ...
    pub references: Vec<Reference>,
    pub address: Option<Address>,
    /// PRV: role, list and number of a provider, e.g. `RF`, `PXC` and a taxonomy code.
    pub provider: Option<(String, String, String)>,
    pub demographics: Option<Demographics>,
    /// INS02: `18` self, `01` spouse, `19` child, `34` another adult.
    pub relationship: String,
    /// INS17: birth order in a multiple birth.
    pub birth_sequence: String,
    pub diagnoses: Vec<HealthCode>,
    /// `291` plan, `102` issue date of the card.
    pub dates: Vec<Dated>,
}

redact_debug!(InquiryPerson);

impl InquiryPerson {
    /// A person identified by name only.
    pub fn new(name: Name) -> Self {
        Self {
            name,
            ..Self::default()
        }
    }

    /// A dependent without a member id.
    pub fn dependent(name: Name, demographics: Demographics, relationship: impl Into<String>) -> Self {
        Self {
            demographics: Some(demographics),
            relationship: relationship.into(),
            ..Self::new(name)
        }
    }

    pub(super) fn read(node: &Node<'_>) -> Self {
        let ins = find(node, "INS");
        let text = |n| ins.map(|ins| ins.text(n)).unwrap_or_default();
        Self {
            name: Name::read(need(node, "NM1")),
            references: list(node),
            address: Address::read(node),
            provider: find(node, "PRV").map(|prv| (prv.text(1), prv.text(2), prv.text(3))),
            demographics: first(node),
            relationship: text(2),
            birth_sequence: text(17),
            diagnoses: health_codes(node),
            dates: list(node),
        }
    }

    pub(super) fn write(&self, out: &mut Builder, is_subscriber: bool) -> Result<(), WriteError> {
        out.push(self.name.line()?)?;
        write_all(out, &self.references)?;
        Address::write_if(self.address.as_ref(), out)?;
        if let Some((role, list, number)) = &self.provider {
            out.push(Line::new("PRV").required(role, 3).data(list, 3).data(number, 50))?;
        }
        write_all(out, &self.demographics)?;
        if !self.relationship.is_empty() {
            out.push(
                Line::new("INS")
                    .code(if is_subscriber { "Y" } else { "N" })
                    .data(&self.relationship, 2)
                    .skip(14)
                    .data(&self.birth_sequence, 9),
            )?;
        }
        write_health_codes(out, &self.diagnoses)?;
        write_all(out, &self.dates)
    }
}
