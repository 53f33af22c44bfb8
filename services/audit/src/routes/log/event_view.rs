//! The response of an event.

use crate::domain::Logged;
use chrono::{DateTime, Utc};
use mc_contracts::{Actor, Entity};
use mc_vocabulary::EventId;
use serde::Serialize;
use std::{collections::BTreeMap, net::IpAddr};

/// One event: who, what, when, where, why.
#[derive(Serialize, utoipa::ToSchema)]
pub struct EventView {
    /// Place in the organization's log.
    log_index: i64,
    event_id: EventId,
    /// The action, `<service>.<thing>.<verb>`.
    action: String,
    /// FHIR `AuditEvent.action`: C, R, U, D or E.
    #[schema(value_type = String)]
    interaction: mc_contracts::Interaction,
    /// `success`, `denied` or `failure`.
    #[schema(value_type = String)]
    outcome: mc_contracts::Outcome,
    /// The actor.
    #[schema(value_type = Object)]
    who: Actor,
    /// When it happened, by the clock of the service that recorded it.
    occurred_at: DateTime<Utc>,
    /// When it was logged.
    logged_at: DateTime<Utc>,
    /// Where it happened.
    r#where: Place,
    /// Why it happened.
    why: Reason,
    /// Keyed pseudonym of the patient.
    #[serde(skip_serializing_if = "Option::is_none")]
    patient: Option<String>,
    /// What it was done to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    entity: Option<Entity>,
    /// Whether it happened under emergency access.
    emergency: bool,
    /// Facts that belong to the action.
    #[schema(value_type = Object)]
    details: BTreeMap<String, serde_json::Value>,
    /// The trace id that the caller got.
    trace_id: String,
    /// RFC 6962 hash of the event, in hexadecimal.
    leaf_hash: String,
}

/// Where it happened.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Place {
    service: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    source_ip: Option<IpAddr>,
}

/// Why it happened.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Reason {
    /// Code of v3-ActReason.
    #[serde(skip_serializing_if = "Option::is_none")]
    purpose: Option<String>,
    /// The caller's justification.
    #[serde(skip_serializing_if = "Option::is_none")]
    justification: Option<String>,
}

impl EventView {
    /// Its place in the log.
    pub(super) fn index(&self) -> i64 {
        self.log_index
    }
}

impl From<Logged> for EventView {
    fn from(logged: Logged) -> Self {
        let leaf = logged.leaf;
        let record = leaf.record;
        Self {
            log_index: logged.index,
            event_id: leaf.event_id,
            action: record.action,
            interaction: record.interaction,
            outcome: record.outcome,
            who: record.actor,
            occurred_at: record.occurred_at,
            logged_at: leaf.logged_at,
            r#where: Place {
                service: leaf.source,
                source_ip: record.source_ip,
            },
            why: Reason {
                purpose: record.purpose,
                justification: record.justification,
            },
            patient: leaf.patient,
            entity: record.entity,
            emergency: record.emergency,
            details: record.details,
            trace_id: record.trace_id,
            leaf_hash: logged.leaf_hash.to_string(),
        }
    }
}
