//! What is asked for as a whole: the patient event, loop 2000E.

use super::party::Party;
use super::review::{Decision, Rejection, Review};
use super::service::Service;
use crate::claim::{Admission, Attachment, Conditions, HealthCode, health_codes, write_health_codes};
use crate::error::WriteError;
use crate::line::Line;
use crate::parts::{
    Dated, Delivery, Hierarchy, Reference, Trace, ViewError, all, each, first, hidden, list, text_of, write_all,
};
use crate::tree::Node;
use crate::writer::Builder;

/// An admission, a referral, a course of treatment (loop 2000E) with its services.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Event {
    pub traces: Vec<Trace>,
    /// In an answer: why it could not be reviewed.
    pub rejections: Vec<Rejection>,
    /// Required in a request.
    pub review: Option<Review>,
    /// In an answer.
    pub decision: Option<Decision>,
    /// `BB` number of an earlier certification, `NT` administrative reference.
    pub references: Vec<Reference>,
    /// `AAH` event, `435` admission, `096` discharge, `439` accident, `431` onset; in an answer `007` certification
    /// period, `102` issued, `036` expires.
    pub dates: Vec<Dated>,
    /// Diagnoses, up to twelve.
    pub codes: Vec<HealthCode>,
    pub delivery: Option<Delivery>,
    /// In a request.
    pub conditions: Vec<Conditions>,
    pub admission: Option<Admission>,
    pub facts: Vec<Facts>,
    pub attachments: Vec<Attachment>,
    /// MSG01.
    pub message: String,
    pub parties: Vec<Party>,
    pub services: Vec<Service>,
}

/// What kinds of care ask for besides: a segment of which the elements are kept as they stand.
#[derive(Clone, PartialEq, Eq)]
pub struct Facts {
    pub kind: FactsKind,
    /// From element 1 on, without the empty ones at the end.
    pub elements: Vec<String>,
}

/// Which facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FactsKind {
    /// CR1
    AmbulanceTransport,
    /// CR2
    SpinalManipulation,
    /// CR5
    HomeOxygen,
    /// CR6
    HomeHealth,
}

hidden!(Event, Facts);

impl FactsKind {
    const ALL: [Self; 4] = [
        Self::AmbulanceTransport,
        Self::SpinalManipulation,
        Self::HomeOxygen,
        Self::HomeHealth,
    ];

    /// The segment's id, and how many elements it has.
    fn segment(self) -> (&'static str, usize) {
        match self {
            Self::AmbulanceTransport => ("CR1", 10),
            Self::SpinalManipulation => ("CR2", 12),
            Self::HomeOxygen => ("CR5", 18),
            Self::HomeHealth => ("CR6", 21),
        }
    }
}

impl Facts {
    fn read_all(node: &Node<'_>) -> Vec<Self> {
        let read = |kind: FactsKind| {
            let (id, count) = kind.segment();
            all(node, id).map(move |at| {
                let mut elements: Vec<String> = (1..=count).map(|n| at.text(n)).collect();
                while elements.last().is_some_and(String::is_empty) {
                    elements.pop();
                }
                Self { kind, elements }
            })
        };
        FactsKind::ALL.into_iter().flat_map(read).collect()
    }

    fn line(&self) -> Result<Line, WriteError> {
        let (segment, most) = self.kind.segment();
        if self.elements.len() > most {
            let element = most + 1;
            return Err(WriteError::Form { segment, element });
        }
        let line = Line::new(segment);
        Ok(self.elements.iter().fold(line, |line, element| line.data(element, 80)))
    }
}

impl Event {
    /// Nothing but what is to be reviewed.
    pub fn new(trace: Trace, review: Review) -> Self {
        Self {
            traces: vec![trace],
            review: Some(review),
            ..Self::default()
        }
    }

    /// The same event as an answer repeats it: traces come back, reviews, references, dates and parties stand, and
    /// nothing is decided.
    #[must_use]
    pub fn echoed(&self) -> Self {
        Self {
            traces: self.traces.iter().map(Trace::echo).collect(),
            services: self.services.iter().map(Service::echoed).collect(),
            conditions: Vec::new(),
            ..self.clone()
        }
    }

    /// The decision on it, where it is decided as a whole.
    pub fn decided(mut self, decision: Decision) -> Self {
        self.decision = Some(decision);
        self
    }

    pub(super) fn read(node: &Node<'_>) -> Result<Self, ViewError> {
        Ok(Self {
            traces: list(node)?,
            rejections: list(node)?,
            review: first(node)?,
            decision: first(node)?,
            references: list(node)?,
            dates: list(node)?,
            codes: health_codes(node)?,
            delivery: first(node)?,
            conditions: list(node)?,
            admission: first(node)?,
            facts: Facts::read_all(node),
            attachments: list(node)?,
            message: message(node),
            parties: Party::read_all(node)?,
            services: each(node, "2000F", Service::read)?,
        })
    }

    pub(super) fn write(&self, out: &mut Builder, numbers: &mut Hierarchy, parent: u32) -> Result<(), WriteError> {
        let level = numbers.open(out, Some(parent), "EV", !self.services.is_empty())?;
        write_all(out, &self.traces)?;
        write_all(out, &self.rejections)?;
        write_all(out, self.review.as_slice())?;
        write_all(out, self.decision.as_slice())?;
        write_all(out, &self.references)?;
        write_all(out, &self.dates)?;
        write_health_codes(out, &self.codes)?;
        write_all(out, self.delivery.as_slice())?;
        write_all(out, &self.conditions)?;
        write_all(out, self.admission.as_slice())?;
        if !self.facts.is_sorted_by_key(|facts| facts.kind) {
            let (segment, element) = ("CR1", 1);
            return Err(WriteError::Form { segment, element });
        }
        self.facts.iter().try_for_each(|facts| out.push(facts.line()?))?;
        write_all(out, &self.attachments)?;
        write_message(out, &self.message)?;
        self.parties.iter().try_for_each(|party| party.write(out))?;
        self.services
            .iter()
            .try_for_each(|service| service.write(out, numbers, level))
    }
}

pub(super) fn message(node: &Node<'_>) -> String {
    text_of(node, "MSG", 1)
}

pub(super) fn write_message(out: &mut Builder, message: &str) -> Result<(), WriteError> {
    if message.is_empty() {
        return Ok(());
    }
    out.push(Line::new("MSG").required(message, 264))
}
