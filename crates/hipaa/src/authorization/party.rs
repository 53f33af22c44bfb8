//! Reviewer, requester, providers and patients: loops 2010.

use super::review::Rejection;
use crate::claim::check_npi;
use crate::parts::{
    Address, Contact, Dated, Demographics, Name, Part, Reference, all, either, find, first, list, one, redact_debug,
    text_of, write_all,
};
use mc_x12::tree::Node;
use mc_x12::{Builder, Line, WriteError};
use serde::Serialize;

/// A reviewer, a requester, a provider, or a place (loops 2010A, 2010B, 2010E and 2010F).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Party {
    /// The role is `X3` reviewer, `1P` or `FA` requester, `SJ` service provider, `71` attending,
    /// `72` operating, `77` facility, `DK` ordering, `L5` contact for further questions, `PW` and
    /// `45` begin and end of a transport, `00`, `CA` and `GG` another
    /// reviewer.
    pub name: Name,
    pub references: Vec<Reference>,
    /// Of another reviewer: the reasons for refusing, up to four (REF02 and REF04).
    pub reasons: Vec<String>,
    pub address: Option<Address>,
    pub contacts: Vec<Contact>,
    /// In a response.
    pub rejections: Vec<Rejection>,
    /// PRV01: `PE` performing, `AT` attending, `RF` referring.
    pub specialty_role: String,
    /// PRV03.
    pub specialty: String,
    /// `598`, of another reviewer: the day on which the reviewer refused.
    pub dates: Vec<Dated>,
}

/// The member or a dependent (loops 2010C and 2010D).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Member {
    /// Role `IL` or `QC`; id `MI` member id.
    pub name: Name,
    /// `6P` group, `EJ` patient account, `SY` social security, ...
    pub references: Vec<Reference>,
    pub address: Option<Address>,
    /// In a response.
    pub rejections: Vec<Rejection>,
    pub demographics: Option<Demographics>,
    pub relationship: Option<Relationship>,
}

/// The relationship of a person to the member (INS).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Relationship {
    /// INS01; `None` where the code is unknown.
    pub is_subscriber: Option<bool>,
    /// INS02: `18` self, `01` spouse, `19` child, ...
    pub code: String,
    /// INS08: `AO` active military overseas, `RU` retired, ...
    pub employment: String,
    /// INS17: birth order in a multiple birth.
    pub birth_sequence: String,
}

redact_debug!(Party, Member, Relationship);

/// REF01 of another reviewer's reasons; no other reference of a party has it.
const REASONS: &str = "ZZ";

impl Party {
    /// A party with a name and nothing else.
    pub fn new(name: Name) -> Self {
        Self {
            name,
            ..Self::default()
        }
    }

    pub(super) fn read(node: &Node<'_>) -> Self {
        let (reasons, references): (Vec<_>, Vec<_>) = all(node, "REF").partition(|at| at.is(1, REASONS));
        let reasons = reasons.iter().flat_map(|at| {
            let [a, b, c] = [2, 4, 6].map(|c| at.component(4, c));
            [at.text(2), a, b, c]
        });
        Self {
            name: one(node),
            reasons: reasons.filter(|reason| !reason.is_empty()).collect(),
            references: references.into_iter().map(Reference::read).collect(),
            address: Address::read(node),
            contacts: list(node),
            rejections: list(node),
            specialty_role: text_of(node, "PRV", 1),
            specialty: text_of(node, "PRV", 3),
            dates: list(node),
        }
    }

    /// The loops inside that are a party.
    pub(super) fn read_all(node: &Node<'_>) -> Vec<Self> {
        let inner = node.loops.iter().filter(|inner| inner.id().starts_with("2010"));
        inner.map(Self::read).collect()
    }

    pub(super) fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        check_npi(&self.name)?;
        out.push(self.name.line()?)?;
        write_all(out, &self.references)?;
        self.write_reasons(out)?;
        Address::write_if(self.address.as_ref(), out)?;
        write_all(out, &self.contacts)?;
        write_all(out, &self.rejections)?;
        if !self.specialty.is_empty() {
            out.push(
                Line::new("PRV")
                    .required(&self.specialty_role, 3)
                    .code("PXC")
                    .data(&self.specialty, 50),
            )?;
        }
        write_all(out, &self.dates)
    }

    fn write_reasons(&self, out: &mut Builder) -> Result<(), WriteError> {
        let Some((first, others)) = self.reasons.split_first() else {
            return Ok(());
        };
        if others.len() > 3 {
            let segment = "REF";
            return Err(WriteError::Form { segment, element: 4 });
        }
        let others = others.iter().flat_map(|reason| [REASONS.to_owned(), reason.clone()]);
        out.push(
            Line::new("REF")
                .code(REASONS)
                .required(first, 50)
                .skip(1)
                .composite(others.collect(), 50),
        )
    }
}

impl Member {
    /// The member, identified by the payer's id.
    pub fn subscriber(last: impl Into<String>, first: impl Into<String>, member_id: impl Into<String>) -> Self {
        Self {
            name: Name::person("IL", last, first).with_id("MI", member_id),
            ..Self::default()
        }
    }

    /// A dependent; INS02 is the relationship to the member.
    pub fn dependent(last: impl Into<String>, first: impl Into<String>, relationship: impl Into<String>) -> Self {
        let relationship = Relationship {
            is_subscriber: Some(false),
            code: relationship.into(),
            ..Relationship::default()
        };
        Self {
            name: Name::person("QC", last, first),
            relationship: Some(relationship),
            ..Self::default()
        }
    }

    pub(super) fn read(node: &Node<'_>) -> Self {
        let ins = find(node, "INS").map(|ins| Relationship {
            is_subscriber: ins.yes_no(1),
            code: ins.text(2),
            employment: ins.text(8),
            birth_sequence: ins.text(17),
        });
        Self {
            name: one(node),
            references: list(node),
            address: Address::read(node),
            rejections: list(node),
            demographics: first(node),
            relationship: ins,
        }
    }

    pub(super) fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        out.push(self.name.line()?)?;
        write_all(out, &self.references)?;
        Address::write_if(self.address.as_ref(), out)?;
        write_all(out, &self.rejections)?;
        write_all(out, &self.demographics)?;
        let Some(relationship) = &self.relationship else {
            return Ok(());
        };
        out.push(
            Line::new("INS")
                .required(either(relationship.is_subscriber, "Y", "N"), 1)
                .required(&relationship.code, 2)
                .skip(5)
                .data(&relationship.employment, 2)
                .skip(8)
                .data(&relationship.birth_sequence, 9),
        )
    }
}
