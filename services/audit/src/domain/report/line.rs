//! One event of a report; stored sealed until the report is finished.

use crate::domain::{Leaf, Logged, access, catalogue};
use mc_contracts::{ActorKind, Outcome};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An event with its place.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Line {
    /// Place in the log.
    pub index: i64,
    /// What happened.
    pub leaf: Leaf,
}

impl From<Logged> for Line {
    fn from(logged: Logged) -> Self {
        Self {
            index: logged.index,
            leaf: logged.leaf,
        }
    }
}

impl Line {
    /// When it happened, to the second, in UTC.
    pub(super) fn when(&self) -> String {
        self.leaf.record.occurred_at.format("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// The actor's role in plain words.
    pub(super) fn role(&self) -> String {
        let actor = &self.leaf.record.actor;
        match actor.kind {
            ActorKind::System => "system".to_owned(),
            ActorKind::Anonymous => "unknown".to_owned(),
            ActorKind::Client if actor.roles.is_empty() => "machine".to_owned(),
            _ => actor.roles.join(", "),
        }
    }

    /// The actor's id.
    pub(super) fn person(&self) -> String {
        self.leaf.record.actor.id.clone()
    }

    /// The action in plain words.
    pub(super) fn what(&self) -> String {
        let action = &self.leaf.record.action;
        catalogue::entry_of(action).map_or_else(|| action.clone(), |entry| entry.words.to_owned())
    }

    /// Purpose and justification.
    pub(super) fn why(&self) -> String {
        let record = &self.leaf.record;
        let words = record.justification.as_deref().unwrap_or_default().replace('_', " ");
        match (access::why(&self.leaf), record.purpose.as_deref()) {
            (Some(why), _) if words.is_empty() => why.to_owned(),
            (Some(why), _) => format!("{why}: {words}"),
            (None, Some(code)) if words.is_empty() => code.to_owned(),
            (None, Some(code)) => format!("{code}: {words}"),
            (None, None) => words,
        }
    }

    /// The outcome.
    pub(super) fn outcome(&self) -> String {
        let word = match self.leaf.record.outcome {
            Outcome::Success => "done",
            Outcome::Denied => "refused",
            Outcome::Failure => "failed",
        };
        match self.fact("reason") {
            "" => word.to_owned(),
            reason => format!("{word}: {}", reason.replace('_', " ")),
        }
    }

    /// The caller's address.
    pub(super) fn address(&self) -> String {
        self.leaf.record.source_ip.map(|ip| ip.to_string()).unwrap_or_default()
    }

    /// The entity.
    pub(super) fn subject(&self) -> String {
        match self.leaf.entity() {
            (_, "") => String::new(),
            (kind, id) => format!("{kind} {id}"),
        }
    }

    /// Pseudonym of the patient.
    pub(super) fn patient(&self) -> String {
        self.leaf.patient.clone().unwrap_or_default()
    }

    /// A detail as text; empty where there is none.
    pub(super) fn fact(&self, name: &str) -> &str {
        self.leaf
            .record
            .details
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// Details as text.
    pub(super) fn facts(&self, names: &[&str]) -> String {
        let details = &self.leaf.record.details;
        let recorded = names.iter().filter_map(|name| {
            let value = match details.get(*name)? {
                Value::Null => return None,
                Value::String(text) => text.clone(),
                Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
                other => other.to_string(),
            };
            Some(format!("{}: {value}", name.replace('_', " ")))
        });
        recorded.collect::<Vec<_>>().join("; ")
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
