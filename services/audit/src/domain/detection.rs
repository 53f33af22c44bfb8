//! Events of the log for `mc-detection`, and the rules that come with the service.

#[cfg(test)]
pub(super) mod tests;

use crate::domain::{
    Leaf,
    catalogue::{self, Class},
};
use mc_contracts as contracts;
use mc_detection::{Actor, ActorKind, Event, Outcome, RuleBook, RuleBookError};

/// The rules that come with the service.
///
/// # Errors
/// Never: a test reads them.
pub fn shipped_rules() -> Result<RuleBook, RuleBookError> {
    parse_rules(include_str!("../../rules.toml"))
}

/// Reads rules; their classes are those of the catalogue.
///
/// # Errors
/// [`RuleBookError`], naming the rule.
pub fn parse_rules(text: &str) -> Result<RuleBook, RuleBookError> {
    let classes: Vec<&str> = Class::ALL.iter().map(|class| class.as_str()).collect();
    RuleBook::parse(text, &classes)
}

/// The event at `log_index` of its tree. An action that is not in the catalogue has no class.
pub fn event(log_index: i64, leaf: Leaf) -> Event {
    let classes = catalogue::entry_of(&leaf.record.action).map_or(&[][..], |entry| entry.classes);
    let classes = classes.iter().map(|class| class.as_str()).collect();
    let organization_id = leaf.tree().into();
    let record = leaf.record;
    Event {
        event_id: leaf.event_id,
        log_index,
        organization_id,
        source: leaf.source,
        occurred_at: record.occurred_at,
        logged_at: leaf.logged_at,
        action: record.action,
        classes,
        outcome: match record.outcome {
            contracts::Outcome::Success => Outcome::Success,
            contracts::Outcome::Denied => Outcome::Denied,
            contracts::Outcome::Failure => Outcome::Failure,
        },
        actor: Actor {
            kind: match record.actor.kind {
                contracts::ActorKind::User => ActorKind::User,
                contracts::ActorKind::Client => ActorKind::Client,
                contracts::ActorKind::System => ActorKind::System,
                contracts::ActorKind::Anonymous => ActorKind::Anonymous,
            },
            id: record.actor.id,
            roles: record.actor.roles,
            session_id: record.actor.session_id,
        },
        source_ip: record.source_ip,
        patient: leaf.patient,
        entity_kind: record.entity.map(|entity| entity.kind),
        emergency: record.emergency,
        details: record.details,
    }
}
