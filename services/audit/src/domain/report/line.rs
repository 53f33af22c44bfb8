//! One event in a report: what is kept of it, sealed, until the report is written down.

use crate::domain::{Leaf, Logged, access, catalogue};
use mc_contracts::{ActorKind, Outcome};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An event and its place.
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
    /// When, to the second, in UTC.
    pub(super) fn when(&self) -> String {
        self.leaf.record.occurred_at.format("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// Who, by role.
    pub(super) fn role(&self) -> String {
        let actor = &self.leaf.record.actor;
        match actor.kind {
            ActorKind::System => "system".to_owned(),
            ActorKind::Anonymous => "unknown".to_owned(),
            ActorKind::Client if actor.roles.is_empty() => "machine".to_owned(),
            _ => actor.roles.join(", "),
        }
    }

    /// Who, by id.
    pub(super) fn person(&self) -> String {
        self.leaf.record.actor.id.clone()
    }

    /// What, in plain words.
    pub(super) fn what(&self) -> String {
        let action = &self.leaf.record.action;
        catalogue::entry_of(action).map_or_else(|| action.clone(), |entry| entry.words.to_owned())
    }

    /// Why: purpose, and the caller's words.
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

    /// How it ended.
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

    /// Where from.
    pub(super) fn address(&self) -> String {
        self.leaf.record.source_ip.map(|ip| ip.to_string()).unwrap_or_default()
    }

    /// To what.
    pub(super) fn subject(&self) -> String {
        match self.leaf.entity() {
            (_, "") => String::new(),
            (kind, id) => format!("{kind} {id}"),
        }
    }

    /// About whom, masked.
    pub(super) fn patient(&self) -> String {
        self.leaf.patient.clone().unwrap_or_default()
    }

    /// A fact of the action as text; empty where it is none.
    pub(super) fn fact(&self, name: &str) -> &str {
        self.leaf
            .record
            .details
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// Facts of the action, written out.
    pub(super) fn facts(&self, names: &[&str]) -> String {
        let details = &self.leaf.record.details;
        let told = names.iter().filter_map(|name| {
            let value = match details.get(*name)? {
                Value::Null => return None,
                Value::String(text) => text.clone(),
                Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
                other => other.to_string(),
            };
            Some(format!("{}: {value}", name.replace('_', " ")))
        });
        told.collect::<Vec<_>>().join("; ")
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
