//! Which events a rule looks at.

use crate::event::{ActorKind, Event, Outcome};
use mc_vocabulary::Role;
use serde::Deserialize;

/// A filter over the fields of an event. An empty list or an absent field accepts every event.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Filter {
    pub(crate) classes: Vec<String>,
    actions: Vec<String>,
    outcomes: Vec<Outcome>,
    actors: Vec<ActorKind>,
    roles: Vec<Role>,
    except_roles: Vec<Role>,
    emergency: Option<bool>,
}

impl Filter {
    /// Whether the event passes.
    pub fn passes(&self, event: &Event) -> bool {
        let is_one = |role: &Role| event.actor.roles.iter().any(|held| held == role.as_str());
        (self.actors.is_empty() || self.actors.contains(&event.actor.kind))
            && (self.outcomes.is_empty() || self.outcomes.contains(&event.outcome))
            && self.names(event)
            && self.emergency.is_none_or(|wanted| wanted == event.emergency)
            && (self.roles.is_empty() || self.roles.iter().any(is_one))
            && !self.except_roles.iter().any(is_one)
    }

    /// By class or by action name, where the filter has either. A `*` at the end of a name stands
    /// for any rest.
    fn names(&self, event: &Event) -> bool {
        if self.classes.is_empty() && self.actions.is_empty() {
            return true;
        }
        self.classes.iter().any(|class| event.classes.contains(&class.as_str()))
            || self.actions.iter().any(|wanted| match wanted.strip_suffix('*') {
                Some(beginning) => event.action.starts_with(beginning),
                None => event.action == *wanted,
            })
    }
}
