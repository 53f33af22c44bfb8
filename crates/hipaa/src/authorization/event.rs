//! The subject of a review as a whole: the patient event, loop 2000E.

use super::review::{Decision, Review};
use super::review_subject::ReviewSubject;
use super::service::Service;
use crate::claim::{Admission, Conditions};
use crate::parts::{Delivery, Hierarchy, Trace, all, each, first, list, redact_debug, write_all};
use mc_x12::tree::Node;
use mc_x12::{Builder, Line, WriteError};
use serde::Serialize;

/// An admission, a referral, a course of treatment (loop 2000E) with its services.
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Event {
    /// The request for the event as a whole, and the decision.
    pub subject: ReviewSubject,
    pub delivery: Option<Delivery>,
    /// In a request.
    pub conditions: Vec<Conditions>,
    pub admission: Option<Admission>,
    pub facts: Vec<Facts>,
    pub services: Vec<Service>,
}

/// Further facts for some kinds of care: a segment whose elements are kept as text.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Facts {
    pub kind: FactsKind,
    /// From element 1 on, without empty elements at the end.
    pub elements: Vec<String>,
}

/// The segment of the facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
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

redact_debug!(Event, Facts);

impl FactsKind {
    const ALL: [Self; 4] = [
        Self::AmbulanceTransport,
        Self::SpinalManipulation,
        Self::HomeOxygen,
        Self::HomeHealth,
    ];

    /// The segment's id and number of elements.
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
        let (segment, max) = self.kind.segment();
        if self.elements.len() > max {
            let element = max + 1;
            return Err(WriteError::Form { segment, element });
        }
        let line = Line::new(segment);
        Ok(self.elements.iter().fold(line, |line, element| line.data(element, 80)))
    }
}

impl Event {
    /// An event with a review and nothing else.
    pub fn new(trace: Trace, review: Review) -> Self {
        Self {
            subject: ReviewSubject {
                traces: vec![trace],
                review: Some(review),
                ..ReviewSubject::default()
            },
            ..Self::default()
        }
    }

    /// The subjects of the review: the event as a whole, then its services.
    pub fn subjects(&self) -> impl Iterator<Item = &ReviewSubject> {
        let services = self.services.iter().map(|service| &service.subject);
        std::iter::once(&self.subject).chain(services)
    }

    /// The same event as a response repeats it: traces are echoed; reviews, references, dates and
    /// parties are kept; there is no decision.
    #[must_use]
    pub fn echoed(&self) -> Self {
        Self {
            subject: self.subject.echoed(),
            services: self.services.iter().map(Service::echoed).collect(),
            conditions: Vec::new(),
            ..self.clone()
        }
    }

    /// With the decision on the event as a whole.
    pub fn decided(mut self, decision: Decision) -> Self {
        self.subject.decision = Some(decision);
        self
    }

    pub(super) fn read(node: &Node<'_>) -> Self {
        Self {
            subject: ReviewSubject::read(node),
            delivery: first(node),
            conditions: list(node),
            admission: first(node),
            facts: Facts::read_all(node),
            services: each(node, "2000F", Service::read),
        }
    }

    pub(super) fn write(&self, out: &mut Builder, numbers: &mut Hierarchy, parent: u32) -> Result<(), WriteError> {
        let level = numbers.open(out, Some(parent), "EV", !self.services.is_empty())?;
        self.subject.write_first(out)?;
        write_all(out, &self.delivery)?;
        write_all(out, &self.conditions)?;
        write_all(out, &self.admission)?;
        if !self.facts.is_sorted_by_key(|facts| facts.kind) {
            let (segment, element) = ("CR1", 1);
            return Err(WriteError::Form { segment, element });
        }
        self.facts.iter().try_for_each(|facts| out.push(facts.line()?))?;
        self.subject.write_last(out)?;
        self.services
            .iter()
            .try_for_each(|service| service.write(out, numbers, level))
    }
}
