//! The response to a request for review.

use chrono::NaiveDateTime;
use serde::Serialize;

use super::event::Event;
use super::party::{Member, Party};
use super::review::{Decision, Rejection};
use super::review_subject::ReviewSubject;
use super::{ANSWER, KIND, is_answer, patient};
use crate::parts::{Hierarchy, Read, ViewError, beginning, inner, list, need, write_all};
use mc_x12::tree::Node;
use mc_x12::{Builder, Envelope, Transaction, TransactionKind, TransactionSet, WriteError};

/// One transaction set 278 that responds to a request. A rejection at one level may end it there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuthorizationAnswer {
    /// BHT03 of the request.
    pub reference: String,
    /// BHT04 and BHT05.
    pub created_at: Option<NaiveDateTime>,
    /// BHT06: `18` no further responses, `19` further responses follow, `AT` administrative action.
    pub kind: String,
    /// AAA of loop 2000A: the reviewer's system could not process the request.
    pub system_rejections: Vec<Rejection>,
    /// Role `X3`.
    pub reviewer: Party,
    /// Role `1P` or `FA`; up to two, empty where the reviewer's level ends the response.
    pub requesters: Vec<Party>,
    /// `None` where a level above ends the response.
    pub subscriber: Option<Member>,
    /// `None` where the subscriber is the patient.
    pub dependent: Option<Member>,
    pub events: Vec<Event>,
}

impl AuthorizationAnswer {
    /// Every decision on the events and their services, in order.
    pub fn decisions(&self) -> impl Iterator<Item = &Decision> {
        let subjects = self.events.iter().flat_map(Event::subjects);
        subjects.filter_map(|subject| subject.decision.as_ref())
    }

    /// Every rejection, from the reviewer's system down to the services.
    pub fn rejections(&self) -> impl Iterator<Item = &Rejection> {
        let above = self.system_rejections.iter().chain(&self.reviewer.rejections);
        let requesters = self.requesters.iter().flat_map(|party| &party.rejections);
        let people = self.subscriber.iter().chain(&self.dependent);
        let people = people.flat_map(|person| &person.rejections);
        let events = self
            .events
            .iter()
            .flat_map(Event::subjects)
            .flat_map(ReviewSubject::rejections);
        above.chain(requesters).chain(people).chain(events)
    }

    /// Reads one transaction set by its guide. What cannot be read is listed, and the rest is read.
    ///
    /// # Errors
    /// [`ViewError`] for another transaction set or a request.
    pub fn read(transaction: &Transaction<'_>) -> Result<Read<Self>, ViewError> {
        if transaction.id == "278" && !is_answer(transaction) {
            let expected = "answer to a request for review";
            return Err(ViewError::WrongTransaction { expected });
        }
        Read::of(transaction, "278", Self::from_node)
    }

    /// Reads the loops of a transaction set.
    pub fn from_node(node: &Node<'_>) -> Self {
        let bht = need(node, "BHT");
        let reviewer = inner(node, "2000A");
        let requester = reviewer.child("2000B");
        let requesters = requester.into_iter().flat_map(|node| node.children("2010B"));
        let subscriber = requester.and_then(|node| node.child("2000C"));
        let dependent = subscriber.and_then(|node| node.child("2000D"));
        let events = dependent.or(subscriber).into_iter();
        let events = events.flat_map(|node| node.children("2000E"));
        let member = |node: Option<&Node<'_>>, loop_id| node.map(|node| Member::read(inner(node, loop_id)));
        Self {
            reference: bht.text(3),
            created_at: bht.moment(4),
            kind: bht.text(6),
            system_rejections: list(reviewer),
            reviewer: Party::read(inner(reviewer, "2010A")),
            requesters: requesters.map(Party::read).collect(),
            subscriber: member(subscriber, "2010C"),
            dependent: member(dependent, "2010D"),
            events: events.map(Event::read).collect(),
        }
    }

    /// Writes the interchange, down to the last level that is given.
    ///
    /// # Errors
    /// [`WriteError`] naming the field that does not fit; [`WriteError::Missing`] for a level
    /// without the one above it.
    pub fn to_x12(&self, envelope: &Envelope) -> Result<String, WriteError> {
        envelope.enclose(self)
    }
}

impl TransactionSet for AuthorizationAnswer {
    type Error = WriteError;

    fn kind(&self) -> TransactionKind {
        KIND
    }

    fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        out.push(beginning("0007", ANSWER, &self.reference, self.created_at).data(&self.kind, 2))?;
        let mut numbers = Hierarchy::default();
        let reviewer = numbers.open(out, None, "20", !self.requesters.is_empty())?;
        write_all(out, &self.system_rejections)?;
        self.reviewer.write(out)?;
        let missing = |missing: bool| {
            let (segment, element) = ("NM1", 1);
            if missing {
                Err(WriteError::Missing { segment, element })
            } else {
                Ok(())
            }
        };
        let Some(subscriber) = &self.subscriber else {
            missing(self.dependent.is_some() || !self.events.is_empty())?;
            if !self.requesters.is_empty() {
                numbers.open(out, Some(reviewer), "21", false)?;
            }
            self.requesters.iter().try_for_each(|party| party.write(out))?;
            return Ok(());
        };
        missing(self.requesters.is_empty())?;
        let requester = numbers.open(out, Some(reviewer), "21", true)?;
        self.requesters.iter().try_for_each(|party| party.write(out))?;
        let deeper = !self.events.is_empty();
        let dependent = self.dependent.as_ref();
        let parent = patient(out, &mut numbers, requester, subscriber, dependent, deeper)?;
        let mut events = self.events.iter();
        events.try_for_each(|event| event.write(out, &mut numbers, parent))?;
        Ok(())
    }
}
