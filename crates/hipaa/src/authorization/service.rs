//! One service of an event: loop 2000F.

use rust_decimal::Decimal;
use serde::Serialize;

use super::review::Decision;
use super::review_subject::ReviewSubject;
use crate::claim::Tooth;
use crate::parts::{
    At, Delivery, Hierarchy, Procedure, composite, find, first, list, optional, redact_debug, write_all,
};
use mc_x12::tree::Node;
use mc_x12::{Builder, Line, WriteError};

/// A service and the decision on it (loop 2000F).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Service {
    pub subject: ReviewSubject,
    /// `None` where only a type of service is requested.
    pub item: Option<Item>,
    pub teeth: Vec<Tooth>,
    pub delivery: Option<Delivery>,
}

/// The requested service (SV1, SV2 or SV3).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Item {
    pub kind: ItemKind,
    /// SV201.
    pub revenue_code: String,
    /// SV101, SV202 or SV301.
    pub procedure: Option<Procedure>,
    pub charge: Option<Decimal>,
    /// SV103 or SV204: `UN` units, `MJ` minutes, `DA` days, `F2` international units.
    pub unit: String,
    pub units: Option<Decimal>,
    /// SV107 or SV311: numbers of the event's diagnoses.
    pub pointers: Vec<String>,
    /// SV111: the service results from the screening of a child.
    pub is_screening: Option<bool>,
    /// SV206: room rate.
    pub rate: Option<Decimal>,
    /// SV209: residential status of a nursing home.
    pub residence: String,
    /// SV120 or SV210: level of care.
    pub level_of_care: String,
    /// SV304: areas of the mouth.
    pub oral_cavity: Vec<String>,
    /// SV305: `I` initial placement, `R` replacement.
    pub prosthesis: String,
    /// SV307.
    pub description: String,
}

/// The kind of service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// SV1
    #[default]
    Professional,
    /// SV2
    Institutional,
    /// SV3
    Dental,
}

redact_debug!(Service, Item);

impl Item {
    /// A number of units of a procedure, by a professional.
    pub fn professional(procedure: Procedure, units: impl Into<Decimal>) -> Self {
        Self {
            procedure: Some(procedure),
            unit: "UN".to_owned(),
            units: Some(units.into()),
            ..Self::default()
        }
    }

    fn find(node: &Node<'_>) -> Option<Self> {
        if let Some(sv1) = find(node, "SV1") {
            return Some(Self::read_professional(sv1));
        }
        if let Some(sv2) = find(node, "SV2") {
            return Some(Self::read_institutional(sv2));
        }
        find(node, "SV3").map(Self::read_dental)
    }

    fn read_professional(at: At<'_, '_>) -> Self {
        Self {
            procedure: Procedure::read(at, 1),
            charge: at.number(2),
            unit: at.text(3),
            units: at.number(4),
            pointers: at.components(7),
            is_screening: at.yes_no(11),
            level_of_care: at.text(20),
            ..Self::default()
        }
    }

    fn read_institutional(at: At<'_, '_>) -> Self {
        Self {
            kind: ItemKind::Institutional,
            revenue_code: at.text(1),
            procedure: Procedure::read(at, 2),
            charge: at.number(3),
            unit: at.text(4),
            units: at.number(5),
            rate: at.number(6),
            residence: at.text(9),
            level_of_care: at.text(10),
            ..Self::default()
        }
    }

    fn read_dental(at: At<'_, '_>) -> Self {
        Self {
            kind: ItemKind::Dental,
            procedure: Procedure::read(at, 1),
            charge: at.number(2),
            oral_cavity: at.components(4),
            prosthesis: at.text(5),
            units: at.number(6),
            description: at.text(7),
            pointers: at.components(11),
            ..Self::default()
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        let procedure = |segment, element| match &self.procedure {
            Some(procedure) if !procedure.code.is_empty() => procedure.components(segment, element),
            _ if segment == "SV2" && self.procedure.is_none() => Ok(Vec::new()),
            _ => Err(WriteError::Missing { segment, element }),
        };
        let (charge, units) = (optional(self.charge), optional(self.units));
        let pointers = || composite(self.pointers.clone());
        Ok(match self.kind {
            ItemKind::Professional => Line::new("SV1")
                .composite(procedure("SV1", 1)?, 80)
                .data(&charge, 18)
                .data(&self.unit, 2)
                .data(&units, 15)
                .skip(2)
                .composite(pointers(), 2)
                .skip(3)
                .yes_no(self.is_screening)
                .skip(8)
                .data(&self.level_of_care, 1),
            ItemKind::Institutional => Line::new("SV2")
                .data(&self.revenue_code, 48)
                .composite(procedure("SV2", 2)?, 80)
                .data(&charge, 18)
                .data(&self.unit, 2)
                .data(&units, 15)
                .data(&optional(self.rate), 10)
                .skip(2)
                .data(&self.residence, 1)
                .data(&self.level_of_care, 1),
            ItemKind::Dental => Line::new("SV3")
                .composite(procedure("SV3", 1)?, 80)
                .data(&charge, 18)
                .skip(1)
                .composite(composite(self.oral_cavity.clone()), 3)
                .data(&self.prosthesis, 1)
                .data(&units, 15)
                .data(&self.description, 80)
                .skip(3)
                .composite(pointers(), 2),
        })
    }
}

impl Service {
    /// A service with an item and nothing else.
    pub fn new(item: Item) -> Self {
        Self {
            item: Some(item),
            ..Self::default()
        }
    }

    /// The same service as a response repeats it, without a decision.
    #[must_use]
    pub fn echoed(&self) -> Self {
        Self {
            subject: self.subject.echoed(),
            ..self.clone()
        }
    }

    /// With the decision on the service.
    pub fn decided(mut self, decision: Decision) -> Self {
        self.subject.decision = Some(decision);
        self
    }

    pub(super) fn read(node: &Node<'_>) -> Self {
        Self {
            subject: ReviewSubject::read(node),
            item: Item::find(node),
            teeth: list(node),
            delivery: first(node),
        }
    }

    pub(super) fn write(&self, out: &mut Builder, numbers: &mut Hierarchy, parent: u32) -> Result<(), WriteError> {
        numbers.open(out, Some(parent), "SS", false)?;
        self.subject.write_first(out)?;
        if let Some(item) = &self.item {
            out.push(item.line()?)?;
        }
        write_all(out, &self.teeth)?;
        write_all(out, &self.delivery)?;
        self.subject.write_last(out)
    }
}
