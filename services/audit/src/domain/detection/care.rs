//! Care relationships: what shows them.

use super::fact::Fact;
use chrono::{DateTime, Duration, Utc};
use mc_contracts::Outcome;
use mc_vocabulary::OrganizationId;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What shows a care relationship.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Care {
    /// How long before the access.
    pub days_before: u32,
    /// How long after.
    pub hours_after: u32,
    /// Kinds of entities that somebody else touched.
    pub others: Vec<String>,
    /// Kinds of entities that the reader touched.
    pub own: Vec<String>,
}

/// Somebody did something for a patient that one does for a visit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Contact {
    /// In whose log.
    pub organization_id: OrganizationId,
    /// For whom.
    pub patient: String,
    /// Who.
    pub actor_id: String,
    /// To what.
    pub entity_kind: String,
}

/// Contacts, each with its first and last time.
#[derive(Debug, Default)]
pub struct Contacts(BTreeMap<Contact, (DateTime<Utc>, DateTime<Utc>)>);

impl Care {
    /// How long before the access.
    pub fn before(&self) -> Duration {
        Duration::days(self.days_before.into())
    }
}

impl Contacts {
    /// Notes the contact that an event is, if it is one.
    pub fn note(&mut self, fact: &Fact, care: &Care) {
        let record = &fact.leaf.record;
        let (Some(patient), Some(entity)) = (&fact.leaf.patient, &record.entity) else {
            return;
        };
        let counts = care.others.contains(&entity.kind) || care.own.contains(&entity.kind);
        if record.outcome != Outcome::Success || !counts {
            return;
        }
        let contact = Contact {
            organization_id: fact.organization_id,
            patient: patient.clone(),
            actor_id: record.actor.id.clone(),
            entity_kind: entity.kind.clone(),
        };
        let at = fact.at();
        let times = self.0.entry(contact).or_insert((at, at));
        *times = (times.0.min(at), times.1.max(at));
    }

    /// All of them, in one order for all processes.
    pub fn into_list(self) -> Vec<(Contact, DateTime<Utc>, DateTime<Utc>)> {
        self.0
            .into_iter()
            .map(|(contact, (first, last))| (contact, first, last))
            .collect()
    }
}
