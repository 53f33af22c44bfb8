//! The newest events.

use crate::{
    AppState,
    actions::log::list_events::{self, ListEventsError},
    domain::{Filters, Search},
    routes::{
        LOG_FORBIDDEN_DETAIL,
        log::event_view::EventView,
        validators::{default_limit, stored_trace},
    },
};
use actix_web::{HttpResponse, get, web::Data};
use chrono::{DateTime, Utc};
use garde::Validate;
use mc_access::{Authorized, Operation};
use mc_chassis::http::{Params, Problem};
use mc_contracts::Interaction;
use mc_vocabulary::Permission;
use serde::{Deserialize, Serialize};

/// Query of the newest events.
#[derive(Deserialize, Validate, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RecentQuery {
    /// Maximum number of entries; 50 by default.
    #[garde(range(min = 1, max = 500))]
    #[param(minimum = 1, maximum = 500)]
    #[serde(default = "default_limit")]
    limit: i64,
    /// Only this trace: 32 hex digits, as in `X-Trace-Id`.
    #[garde(inner(custom(stored_trace)))]
    #[param(min_length = 32, max_length = 32, pattern = "^[0-9a-f]{32}$")]
    #[serde(default)]
    trace_id: Option<String>,
    /// Only this action.
    #[garde(inner(length(bytes, min = 1, max = 100), ascii))]
    #[param(min_length = 1, max_length = 100)]
    #[serde(default)]
    action: Option<String>,
    /// Only events that happened at or after.
    #[garde(skip)]
    #[serde(default)]
    since: Option<DateTime<Utc>>,
    /// Newest first unless `oldest_first`.
    #[garde(skip)]
    #[serde(default)]
    #[param(inline)]
    order: Order,
}

/// The order.
#[derive(Clone, Copy, Default, PartialEq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Newest first.
    #[default]
    NewestFirst,
    /// Oldest first.
    OldestFirst,
}

/// The newest events.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Recent {
    events: Vec<EventView>,
}

/// Reads the newest events.
pub struct ReadRecent;

impl Operation for ReadRecent {
    const ACTION: &str = "audit.recent.read";
    const INTERACTION: Interaction = Interaction::Execute;
    const PERMISSION: Option<Permission> = Some(Permission::AuditRead);
    const FORBIDDEN_DETAIL: &str = LOG_FORBIDDEN_DETAIL;
}

/// The newest events of the caller's organization.
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
    context: Authorized<ReadRecent>,
    query: Params<RecentQuery>,
) -> Result<HttpResponse, Problem> {
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
    let mut events: Vec<EventView> = list_events::execute(&context, &state, &search, "audit.recent.read")
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
