//! What is asked for as a whole: the patient event, loop 2000E.

use super::review::{Decision, Review};
use super::review_subject::ReviewSubject;
use super::service::Service;
use crate::claim::{Admission, Conditions};
use crate::parts::{Delivery, Hierarchy, Trace, ViewError, all, each, first, list, redact_debug, write_all};
use mc_x12::tree::Node;
use mc_x12::{Builder, Line, WriteError};

/// An admission, a referral, a course of treatment (loop 2000E) with its services.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Event {
    /// What is asked about it as a whole, and what was answered.
    pub subject: ReviewSubject,
    pub delivery: Option<Delivery>,
    /// In a request.
    pub conditions: Vec<Conditions>,
    pub admission: Option<Admission>,
    pub facts: Vec<Facts>,
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

redact_debug!(Event, Facts);

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
            subject: ReviewSubject {
                traces: vec![trace],
                review: Some(review),
                ..ReviewSubject::default()
            },
            ..Self::default()
        }
    }

    /// What is under review: the event as a whole, then its services.
    pub fn subjects(&self) -> impl Iterator<Item = &ReviewSubject> {
        let services = self.services.iter().map(|service| &service.subject);
        std::iter::once(&self.subject).chain(services)
    }

    /// The same event as an answer repeats it: traces come back, reviews, references, dates and parties stand, and
    /// nothing is decided.
    #[must_use]
    pub fn echoed(&self) -> Self {
        Self {
            subject: self.subject.echoed(),
            services: self.services.iter().map(Service::echoed).collect(),
            conditions: Vec::new(),
            ..self.clone()
        }
    }

    /// The decision on it, where it is decided as a whole.
    pub fn decided(mut self, decision: Decision) -> Self {
        self.subject.decision = Some(decision);
        self
    }

    pub(super) fn read(node: &Node<'_>) -> Result<Self, ViewError> {
        Ok(Self {
            subject: ReviewSubject::read(node)?,
            delivery: first(node)?,
            conditions: list(node)?,
            admission: first(node)?,
            facts: Facts::read_all(node),
            services: each(node, "2000F", Service::read)?,
        })
    }

    pub(super) fn write(&self, out: &mut Builder, numbers: &mut Hierarchy, parent: u32) -> Result<(), WriteError> {
        let level = numbers.open(out, Some(parent), "EV", !self.services.is_empty())?;
        self.subject.write_first(out)?;
        write_all(out, self.delivery.as_slice())?;
        write_all(out, &self.conditions)?;
        write_all(out, self.admission.as_slice())?;
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
