//! Audit records from what a door knows.

use crate::Mailbox;
use mc_access::{Principal, RefusalLog};
use mc_chassis::http::{Origin, Problem};
use mc_contracts::{Actor, ActorKind, AuditRecord, Interaction, Outcome};
use mc_vocabulary::{OrganizationId, Permission};
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

    /// Lets the caller on where a role allows `permission`. Anybody else is refused with 403, saying `why`, once that is on record: as
    /// `wanted` would have been, with outcome `denied`.
    ///
    /// # Errors
    /// The 403; or the database's, where the refusal cannot be recorded.
    pub async fn authorize(
        &self,
        caller: &Principal,
        permission: Permission,
        why: &'static str,
        wanted: AuditRecord,
    ) -> Result<(), Problem> {
        let Err(refusal) = caller.require(permission, why) else {
            return Ok(());
        };
        self.record_refusal(caller, wanted.detail("reason", "role")).await?;
        Err(refusal)
    }

    /// Puts on record that the caller may not do what was `wanted`; awaited before they are told so.
    ///
    /// # Errors
    /// The database's; the caller then answers 503.
    pub async fn record_refusal(&self, caller: &Principal, wanted: AuditRecord) -> Result<(), sqlx::Error> {
        let record = wanted.outcome(Outcome::Denied);
        self.enqueue_now(Some(caller.organization_id), &record).await
    }
}

#[async_trait::async_trait]
impl RefusalLog for Mailbox {
    async fn record_refusal(&self, organization_id: OrganizationId, record: &AuditRecord) -> Result<(), sqlx::Error> {
        self.enqueue_now(Some(organization_id), record).await
    }
}
