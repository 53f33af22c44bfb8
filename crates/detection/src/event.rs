//! An event, as the rules look at it.

use chrono::{DateTime, Utc};
use mc_vocabulary::{EventId, OrganizationId};
use serde::Deserialize;
use serde_json::Value;
use std::{collections::BTreeMap, net::IpAddr, sync::Arc};

/// How an action ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was done.
    Success,
    /// The actor was not allowed to do it.
    Denied,
    /// It did not work.
    Failure,
}

/// What kind of actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A person.
    User,
    /// A machine with credentials of its own.
    Client,
    /// A worker of the platform.
    System,
    /// Not authenticated.
    Anonymous,
}

/// Who did it.
#[derive(Debug, Clone)]
pub struct Actor {
    /// Person, machine, worker or unknown.
    pub kind: ActorKind,
    /// User id, client id or worker name.
    pub id: String,
    /// Roles held at the time.
    pub roles: Vec<String>,
    /// The session of the sign-in.
    pub session_id: Option<String>,
}

/// One event of the stream.
#[derive(Debug, Clone)]
pub struct Event {
    /// Id of the event.
    pub event_id: EventId,
    /// Its place in the organization's log.
    pub log_index: i64,
    /// The organization it belongs to (tenant).
    pub organization_id: OrganizationId,
    /// The service that recorded it.
    pub source: String,
    /// When it happened, by the clock of the service that recorded it.
    pub occurred_at: DateTime<Utc>,
    /// When it was logged, by the clock of the log.
    pub logged_at: DateTime<Utc>,
    /// What was done, `<service>.<thing>.<verb>`.
    pub action: String,
    /// The classes that the action belongs to.
    pub classes: Vec<&'static str>,
    /// How it ended.
    pub outcome: Outcome,
    /// Who did it.
    pub actor: Actor,
    /// The caller's address.
    pub source_ip: Option<IpAddr>,
    /// Pseudonym of the patient.
    pub patient: Option<String>,
    /// Kind of the thing it was done to, such as `Encounter`.
    pub entity_kind: Option<String>,
    /// Whether it happened under emergency access.
    pub emergency: bool,
    /// Further facts, by name.
    pub details: BTreeMap<String, Value>,
}

/// What is kept of an event that contributed to a trigger: ids and facts, no content.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// When it happened.
    pub at: DateTime<Utc>,
    /// Id of the event.
    pub event_id: EventId,
    /// Its place in the log.
    pub log_index: i64,
    /// What was done.
    pub action: String,
    /// By whom.
    pub actor_id: String,
    /// Pseudonym of the patient.
    pub patient: Option<String>,
}

impl Event {
    /// When it happened, at the latest when it was logged: a clock that is ahead must not move a
    /// key's window into the future, where every honest event would come too late.
    pub fn at(&self) -> DateTime<Utc> {
        self.occurred_at.min(self.logged_at)
    }

    /// What is kept of it.
    pub fn evidence(&self) -> Arc<Evidence> {
        Arc::new(Evidence {
            at: self.at(),
            event_id: self.event_id,
            log_index: self.log_index,
            action: self.action.clone(),
            actor_id: self.actor.id.clone(),
            patient: self.patient.clone(),
        })
    }

    /// A detail as text; None where it is absent or not text.
    pub fn detail(&self, name: &str) -> Option<&str> {
        self.details.get(name)?.as_str()
    }

    /// The largest number among the details of these names; 0 where there is none.
    pub fn figure(&self, names: &[String]) -> u64 {
        let figures = names.iter().filter_map(|name| self.details.get(name)?.as_u64());
        figures.max().unwrap_or(0)
    }
}
