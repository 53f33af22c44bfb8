//! How long the log is kept.

use crate::{
    AppState,
    actions::log::get_retention,
    domain::retention::FLOOR_YEARS,
    routes::{LOG_FORBIDDEN_DETAIL, log::holds::HoldView},
};
use actix_web::{HttpResponse, get, web::Data};
use chrono::{DateTime, NaiveDate, Utc};
use mc_access::{Authorized, Operation};
use mc_chassis::http::Problem;
use mc_contracts::Interaction;
use mc_vocabulary::Permission;
use serde::Serialize;

/// Rules about retention, and the years they require.
const PERIODS: &[(&str, u32)] = &[
    (
        "45 CFR 164.316(b)(2)(i): documentation of policies, actions and assessments",
        FLOOR_YEARS,
    ),
    ("45 CFR 164.528: accounting of disclosures", FLOOR_YEARS),
    ("42 CFR 424.516(f): Medicare ordering and referring", 7),
    ("42 CFR 422.504(d): Medicare Advantage", 10),
];

/// How long the log is kept.
#[derive(Serialize, utoipa::ToSchema)]
pub struct RetentionView {
    /// Events are kept for this number of years after the end of their month.
    years: u32,
    /// The minimum of the setting.
    floor_years: u32,
    /// Rules about retention.
    periods: Vec<Period>,
    /// When the oldest event that is still stored happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    oldest_event: Option<DateTime<Utc>>,
    /// The month that is pruned next.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<Next>,
    /// Months that were pruned, newest first.
    pruned: Vec<PrunedMonth>,
    /// Holds in force.
    holds: Vec<HoldView>,
}

/// A rule.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Period {
    rule: &'static str,
    years: u32,
}

/// The month that is pruned next.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Next {
    /// Such as `2026-11`.
    month: String,
    /// The first day on which it can be pruned.
    from: NaiveDate,
}

/// A month that was pruned.
#[derive(Serialize, utoipa::ToSchema)]
pub struct PrunedMonth {
    /// Such as `2019-03`.
    month: String,
    /// Number of events announced as pruned.
    events: i64,
    /// Number of events kept by holds.
    kept_for_hold: i64,
    /// When it was pruned; absent while it is only announced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pruned_at: Option<DateTime<Utc>>,
}

/// Reads how long the log is kept.
pub struct ReadRetention;

impl Operation for ReadRetention {
    const ACTION: &str = "audit.retention.read";
    const INTERACTION: Interaction = Interaction::Read;
    const PERMISSION: Option<Permission> = Some(Permission::AuditRead);
    const FORBIDDEN_DETAIL: &str = LOG_FORBIDDEN_DETAIL;
}

/// How long the log of the caller's organization is kept, and the holds that keep it longer.
#[utoipa::path(tag = "retention", responses(
    (status = 200, description = "Periods, setting, oldest event, next month to be pruned, holds", body = RetentionView),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
))]
#[get("/retention")]
pub async fn retention(state: Data<AppState>, context: Authorized<ReadRetention>) -> Result<HttpResponse, Problem> {
    let found = get_retention::execute(&context, &state)
        .await
        .map_err(|error| Problem::internal(&error))?;
    let month = |day: NaiveDate| day.format("%Y-%m").to_string();
    let pruned = found.pruned.into_iter().map(|pruned| PrunedMonth {
        month: month(pruned.month),
        events: pruned.events,
        kept_for_hold: pruned.kept_for_hold,
        pruned_at: pruned.pruned_at,
    });
    let standing = found.holds.into_iter().filter(|hold| hold.released.is_none());
    Ok(HttpResponse::Ok().json(RetentionView {
        years: state.retention.years(),
        floor_years: FLOOR_YEARS,
        periods: PERIODS.iter().map(|&(rule, years)| Period { rule, years }).collect(),
        oldest_event: found.oldest.map(|oldest| oldest.occurred_at),
        next: found.next.map(|(next, from)| Next {
            month: month(next),
            from,
        }),
        pruned: pruned.collect(),
        holds: standing.map(HoldView::from).collect(),
    }))
}
