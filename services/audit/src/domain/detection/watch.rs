//! Which events a rule looks at.

use super::fact::Fact;
use crate::domain::catalogue::Class;
use mc_contracts::{ActorKind, Outcome};
use mc_vocabulary::Role;
use serde::Deserialize;

/// A filter over the fields of an event. What is empty is not asked for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Watch {
    classes: Vec<Class>,
    actions: Vec<String>,
    outcomes: Vec<Outcome>,
    actors: Vec<ActorKind>,
    roles: Vec<Role>,
    except_roles: Vec<Role>,
    emergency: Option<bool>,
}

impl Watch {
    /// Whether the event passes.
    pub fn passes(&self, fact: &Fact) -> bool {
        let record = &fact.leaf.record;
        let is_one = |role: &Role| record.actor.roles.iter().any(|held| held == role.as_str());
        (self.actors.is_empty() || self.actors.contains(&record.actor.kind))
            && (self.outcomes.is_empty() || self.outcomes.contains(&record.outcome))
            && self.names(fact)
            && self.emergency.is_none_or(|wanted| wanted == record.emergency)
            && (self.roles.is_empty() || self.roles.iter().any(is_one))
            && !self.except_roles.iter().any(is_one)
    }

    /// By class or by name, where either is asked for.
    fn names(&self, fact: &Fact) -> bool {
        if self.classes.is_empty() && self.actions.is_empty() {
            return true;
        }
        let of_class = fact
            .entry
            .is_some_and(|entry| entry.classes.iter().any(|class| self.classes.contains(class)));
        let action = &fact.leaf.record.action;
        of_class
            || self.actions.iter().any(|wanted| match wanted.strip_suffix('*') {
                Some(beginning) => action.starts_with(beginning),
                None => action == wanted,
            })
    }
}
