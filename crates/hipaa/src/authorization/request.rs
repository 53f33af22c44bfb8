//! The request for review.

use chrono::NaiveDateTime;
use serde::Serialize;

use super::answer::AuthorizationAnswer;
use super::event::Event;
use super::party::{Member, Party};
use super::{KIND, is_answer, patient};
use crate::parts::{Hierarchy, Name, Read, ViewError, beginning, inner, need};
use mc_x12::tree::Node;
use mc_x12::{Builder, Envelope, Transaction, TransactionKind, TransactionSet, WriteError};

/// One transaction set 278 that requests a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuthorizationRequest {
    /// BHT02: `13` request, `01` cancellation, `36` authority to deduct.
    pub purpose: String,
    /// BHT03: repeated in the response.
    pub reference: String,
    /// BHT04 and BHT05.
    pub created_at: Option<NaiveDateTime>,
    /// BHT06: `RU` medical services reservation; else empty.
    pub kind: String,
    /// Role `X3`; id `PI`.
    pub reviewer: Party,
    /// Role `1P` or `FA`; id `XX`.
    pub requester: Party,
    pub subscriber: Member,
    /// `None` where the subscriber is the patient.
    pub dependent: Option<Member>,
    pub event: Event,
}

impl AuthorizationRequest {
    /// A request about a subscriber.
    pub fn new(
        reference: impl Into<String>,
        created_at: NaiveDateTime,
        reviewer: Name,
        requester: Name,
        subscriber: Member,
        event: Event,
    ) -> Self {
        Self {
            purpose: "13".to_owned(),
            reference: reference.into(),
            created_at: Some(created_at),
            kind: String::new(),
            reviewer: Party::new(reviewer),
            requester: Party::new(requester),
            subscriber,
            dependent: None,
            event,
        }
    }

    /// The patient: the dependent where there is one.
    pub fn patient(&self) -> &Member {
        self.dependent.as_ref().unwrap_or(&self.subscriber)
    }

    /// A response with the same parties and the event as [`Event::echoed`], to which the decision
    /// is added.
    pub fn answered(&self, created_at: NaiveDateTime) -> AuthorizationAnswer {
        let requester = Party {
            address: None,
            contacts: Vec::new(),
            ..self.requester.clone()
        };
        AuthorizationAnswer {
            reference: self.reference.clone(),
            created_at: Some(created_at),
            kind: "18".to_owned(),
            system_rejections: Vec::new(),
            reviewer: self.reviewer.clone(),
            requesters: vec![requester],
            subscriber: Some(self.subscriber.clone()),
            dependent: self.dependent.clone(),
            events: vec![self.event.echoed()],
        }
    }

    /// Reads one transaction set by its guide. What cannot be read is listed, and the rest is read.
    ///
    /// # Errors
    /// [`ViewError`] for another transaction set or an answer.
    pub fn read(transaction: &Transaction<'_>) -> Result<Read<Self>, ViewError> {
        if transaction.id == "278" && is_answer(transaction) {
            let expected = "request for review";
            return Err(ViewError::WrongTransaction { expected });
        }
        Read::of(transaction, "278", Self::from_node)
    }

    /// Reads the loops of a transaction set.
    pub fn from_node(node: &Node<'_>) -> Self {
        let bht = need(node, "BHT");
        let reviewer = inner(node, "2000A");
        let requester = inner(reviewer, "2000B");
        let subscriber = inner(requester, "2000C");
        let dependent = subscriber.child("2000D");
        let event = inner(dependent.unwrap_or(subscriber), "2000E");
        Self {
            purpose: bht.text(2),
            reference: bht.text(3),
            created_at: bht.moment(4),
            kind: bht.text(6),
            reviewer: Party::read(inner(reviewer, "2010A")),
            requester: Party::read(inner(requester, "2010B")),
            subscriber: Member::read(inner(subscriber, "2010C")),
            dependent: dependent.map(|node| Member::read(inner(node, "2010D"))),
            event: Event::read(event),
        }
    }

    /// Writes the interchange.
    ///
    /// # Errors
    /// [`WriteError`] naming the field that does not fit; [`WriteError::Missing`] for an event
    /// without a review, [`WriteError::Form`] for one with a decision.
    pub fn to_x12(&self, envelope: &Envelope) -> Result<String, WriteError> {
        envelope.enclose(self)
    }
}

impl TransactionSet for AuthorizationRequest {
    type Error = WriteError;

    fn kind(&self) -> TransactionKind {
        KIND
    }

    fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        let (segment, element) = ("UM", 1);
        if self.event.subject.review.is_none() {
            return Err(WriteError::Missing { segment, element });
        }
        if self.event.subjects().any(|subject| subject.decision.is_some()) {
            let segment = "HCR";
            return Err(WriteError::Form { segment, element });
        }
        out.push(beginning("0007", &self.purpose, &self.reference, self.created_at).data(&self.kind, 2))?;
        let mut numbers = Hierarchy::default();
        let reviewer = numbers.open(out, None, "20", true)?;
        self.reviewer.write(out)?;
        let requester = numbers.open(out, Some(reviewer), "21", true)?;
        self.requester.write(out)?;
        let parent = patient(
            out,
            &mut numbers,
            requester,
            &self.subscriber,
            self.dependent.as_ref(),
            true,
        )?;
        self.event.write(out, &mut numbers, parent)?;
        Ok(())
    }
}
