//! Reading the log.

use crate::{
    AppState,
    actions::list_events::{ListEventsError, list_events},
    domain::{Filters, Logged, Search},
};
use actix_web::{HttpResponse, get, web::Data};
use chrono::{DateTime, Utc};
use garde::Validate;
use mc_access::Principal;
use mc_chassis::http::{Origin, Params, Problem};
use mc_contracts::{Actor, Entity, Interaction};
use mc_vocabulary::{EventId, Permission};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, net::IpAddr};

pub(super) const LOG_FORBIDDEN_DETAIL: &str = "Only compliance and admins read the audit log.";

/// Which events.
#[derive(Deserialize, Validate, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RecentQuery {
    /// At most so many; 50 unless told.
    #[garde(range(min = 1, max = 500))]
    #[param(minimum = 1, maximum = 500)]
    #[serde(default = "fifty")]
    limit: i64,
    /// Only this trace: 32 hex digits, as in `X-Trace-Id`.
    #[garde(inner(length(bytes, min = 32, max = 32)))]
    #[param(min_length = 32, max_length = 32)]
    #[serde(default)]
    trace_id: Option<String>,
    /// Only this action.
    #[garde(inner(length(bytes, min = 1, max = 100), ascii))]
    #[param(min_length = 1, max_length = 100)]
    #[serde(default)]
    action: Option<String>,
    /// Only what happened at or after.
    #[garde(skip)]
    #[serde(default)]
    since: Option<DateTime<Utc>>,
    /// Newest first unless `oldest_first`.
    #[garde(skip)]
    #[serde(default)]
    order: Order,
}

fn fifty() -> i64 {
    50
}

/// In which order.
#[derive(Clone, Copy, Default, PartialEq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// The last thing that happened comes first.
    #[default]
    NewestFirst,
    /// As it happened.
    OldestFirst,
}

/// The newest events.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Recent {
    events: Vec<EventView>,
}

/// One event: who, what, when, where, why.
#[derive(Serialize, utoipa::ToSchema)]
pub struct EventView {
    /// Place in the organisation's log.
    log_index: i64,
    event_id: EventId,
    /// What.
    action: String,
    /// FHIR `AuditEvent.action`: C, R, U, D or E.
    #[schema(value_type = String)]
    interaction: mc_contracts::Interaction,
    /// `success`, `denied` or `failure`.
    #[schema(value_type = String)]
    outcome: mc_contracts::Outcome,
    /// Who.
    #[schema(value_type = Object)]
    who: Actor,
    /// When, by the clock of the service that told it.
    occurred_at: DateTime<Utc>,
    /// When the log took it.
    logged_at: DateTime<Utc>,
    /// Where.
    r#where: Place,
    /// Why.
    why: Reason,
    /// About whom, masked by a keyed pseudonym.
    #[serde(skip_serializing_if = "Option::is_none")]
    patient: Option<String>,
    /// To what.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object)]
    entity: Option<Entity>,
    /// Whether the glass was broken.
    emergency: bool,
    /// Facts that belong to the action.
    #[schema(value_type = Object)]
    details: BTreeMap<String, serde_json::Value>,
    /// The trace that the caller saw.
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
    /// In the caller's words.
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

/// What happened lately in the caller's organisation.
#[utoipa::path(tag = "log", params(RecentQuery), responses(
    (status = 200, description = "The events", body = Recent),
    (status = 400, description = "Unreadable query", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
    (status = 422, description = "A parameter is out of bounds", body = Problem),
))]
#[get("/recent")]
pub async fn recent(
    state: Data<AppState>,
    caller: Principal,
    query: Params<RecentQuery>,
    origin: Origin,
) -> Result<HttpResponse, Problem> {
    let wanted = state
        .mailbox
        .audit_of("audit.recent.read", Interaction::Execute, &caller, &origin);
    state
        .mailbox
        .authorize(&caller, Permission::AuditRead, LOG_FORBIDDEN_DETAIL, wanted)
        .await?;
    let query = query.0;
    let search = Search {
        filters: Filters {
            action: query.action.into_iter().collect(),
            trace_id: query.trace_id.into_iter().collect(),
            since: query.since,
            ..Filters::default()
        },
        descending: true,
        limit: query.limit,
        ..Search::default()
    };
    let mut events: Vec<EventView> = list_events(&state, &caller, &search, "audit.recent.read", &origin)
        .await?
        .into_iter()
        .map(EventView::from)
        .collect();
    if query.order == Order::OldestFirst {
        events.reverse();
    }
    Ok(HttpResponse::Ok().json(Recent { events }))
}

impl From<ListEventsError> for Problem {
    fn from(error: ListEventsError) -> Self {
        Problem::internal(&error)
    }
}
