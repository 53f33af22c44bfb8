//! Which events show a care relationship.

use crate::event::{Event, Outcome};
use chrono::{DateTime, Duration, Utc};
use mc_vocabulary::OrganizationId;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What counts as a care relationship.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Care {
    /// How long before the access a contact may lie, in days.
    pub days_before: u32,
    /// How long after the access, in hours.
    pub hours_after: u32,
    /// Kinds of entities that somebody else touched.
    pub others: Vec<String>,
    /// Kinds of entities that the accessing person touched.
    pub own: Vec<String>,
}

/// Somebody did something for a patient that belongs to a visit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Contact {
    /// The organization it happened in.
    pub organization_id: OrganizationId,
    /// Pseudonym of the patient.
    pub patient: String,
    /// Who did it.
    pub actor_id: String,
    /// Kind of the entity it was done to.
    pub entity_kind: String,
}

/// Contacts, each with its first and last time.
#[derive(Debug, Default)]
pub struct Contacts(BTreeMap<Contact, (DateTime<Utc>, DateTime<Utc>)>);

impl Care {
    /// How long before the access a contact may lie.
    pub fn before(&self) -> Duration {
        Duration::days(self.days_before.into())
    }
}

impl Contacts {
    /// Adds the contact that an event shows, if it shows one.
    pub fn add(&mut self, event: &Event, care: &Care) {
        let (Some(patient), Some(entity_kind)) = (&event.patient, &event.entity_kind) else {
            return;
        };
        let counts = care.others.contains(entity_kind) || care.own.contains(entity_kind);
        if event.outcome != Outcome::Success || !counts {
            return;
        }
        let contact = Contact {
            organization_id: event.organization_id,
            patient: patient.clone(),
            actor_id: event.actor.id.clone(),
            entity_kind: entity_kind.clone(),
        };
        let at = event.at();
        let times = self.0.entry(contact).or_insert((at, at));
        *times = (times.0.min(at), times.1.max(at));
    }

    /// All contacts with first and last time, sorted: two processes that store them lock rows in
    /// the same order.
    pub fn into_list(self) -> Vec<(Contact, DateTime<Utc>, DateTime<Utc>)> {
        self.0
            .into_iter()
            .map(|(contact, (first, last))| (contact, first, last))
            .collect()
    }
}
