//! Reconciliation of recorded and logged events.

use crate::{AppState, actions::compliance::list_tallies, routes::LOG_FORBIDDEN_DETAIL};
use actix_web::{HttpResponse, get, web::Data};
use chrono::{DateTime, TimeDelta, Utc};
use mc_access::{Authorized, Operation};
use mc_chassis::http::Problem;
use mc_contracts::Interaction;
use mc_vocabulary::Permission;
use serde::Serialize;

/// Period of the figures.
const WINDOW: TimeDelta = TimeDelta::hours(24);

/// What each service recorded, and what of it is logged.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Reconciliation {
    /// Whether everything recorded is logged.
    complete: bool,
    /// By service, over the last 24 hours; counted every minute.
    services: Vec<Reconciled>,
}

/// The figures of one service.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Reconciled {
    service: String,
    /// Number of audit records that it committed.
    recorded: i64,
    /// Number of these that are in the log.
    logged: i64,
    since: DateTime<Utc>,
    until: DateTime<Utc>,
    compared_at: DateTime<Utc>,
}

/// Reads what was recorded and what is logged.
pub struct ReadReconciliation;

impl Operation for ReadReconciliation {
    const ACTION: &str = "audit.reconciliation.read";
    const INTERACTION: Interaction = Interaction::Read;
    const PERMISSION: Option<Permission> = Some(Permission::AuditRead);
    const FORBIDDEN_DETAIL: &str = LOG_FORBIDDEN_DETAIL;
}

/// What each service recorded, compared with what is logged. Figures of the platform without
/// content of events.
#[utoipa::path(tag = "log", responses(
    (status = 200, description = "The figures", body = Reconciliation),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
))]
#[get("/reconciliation")]
pub async fn reconciliation(
    state: Data<AppState>,
    context: Authorized<ReadReconciliation>,
) -> Result<HttpResponse, Problem> {
    let tallies = list_tallies::execute(&context, &state, state.clock.now() - WINDOW)
        .await
        .map_err(|error| Problem::internal(&error))?;
    let services: Vec<Reconciled> = tallies
        .into_iter()
        .map(|tally| Reconciled {
            service: tally.service,
            recorded: tally.recorded,
            logged: tally.logged,
            since: tally.since,
            until: tally.until,
            compared_at: tally.compared_at,
        })
        .collect();
    Ok(HttpResponse::Ok().json(Reconciliation {
        complete: services.iter().all(|service| service.recorded == service.logged),
        services,
    }))
}
