//! Audit records from what a door knows.

use crate::Mailbox;
use mc_access::Principal;
use mc_chassis::http::Origin;
use mc_contracts::{Actor, ActorKind, AuditRecord, Interaction, Outcome};
use std::collections::BTreeMap;

impl Mailbox {
    /// A record of what `principal` does now; add what it is about and post it in the action's transaction.
    pub fn audit_of(
        &self,
        action: &str,
        interaction: Interaction,
        principal: &Principal,
        origin: &Origin,
    ) -> AuditRecord {
        let actor = Actor {
            kind: if principal.is_client {
                ActorKind::Client
            } else {
                ActorKind::User
            },
            id: principal.subject.clone(),
            roles: principal.roles.iter().map(ToString::to_string).collect(),
            session_id: principal.session_id.map(|id| id.to_string()),
            device_id: principal.device_id.clone(),
        };
        self.audit_by(action, interaction, actor, origin)
    }

    /// A record of what somebody without a token does: a sign-in, a worker, a webhook.
    pub fn audit_by(&self, action: &str, interaction: Interaction, actor: Actor, origin: &Origin) -> AuditRecord {
        AuditRecord {
            action: action.to_owned(),
            interaction,
            outcome: Outcome::Success,
            actor,
            occurred_at: self.clock.now(),
            source_ip: origin.ip,
            trace_id: origin.trace_id.clone(),
            patient_id: None,
            entity: None,
            purpose: None,
            justification: None,
            emergency: false,
            details: BTreeMap::new(),
        }
    }
}
