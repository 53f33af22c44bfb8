//! The rules of breach detection with the thresholds in force, and learning them.

use crate::{
    AppState,
    actions::compliance::{learn_thresholds, list_thresholds},
    routes::{LOG_FORBIDDEN_DETAIL, RECORDS_FORBIDDEN_DETAIL},
    store::compliance::roster::Threshold,
};
use actix_web::{HttpResponse, get, post, web::Data};
use chrono::{DateTime, Utc};
use mc_access::{Authorized, Operation};
use mc_chassis::http::Problem;
use mc_contracts::Interaction;
use mc_detection::{Key, Measure, Rule, Severity};
use mc_vocabulary::{Permission, Role};
use serde::Serialize;
use std::collections::BTreeMap;

/// The rules.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Rules {
    rules: Vec<RuleView>,
}

/// A rule.
#[derive(Serialize, utoipa::ToSchema)]
pub struct RuleView {
    id: String,
    title: String,
    severity: Severity,
    /// Whether a case may be a breach of patient data: the notice clock is shown from the first
    /// day.
    starts_clock: bool,
    /// By what events are grouped.
    key: Key,
    /// What is measured of a group.
    measure: Measure,
    /// Length of the window, in minutes.
    window_minutes: u32,
    /// The threshold for roles that are not listed below.
    threshold: u64,
    /// The thresholds in force, by role.
    thresholds: BTreeMap<&'static str, u64>,
    /// Thresholds learned from the log.
    learned: Vec<LearnedView>,
}

/// A learned threshold.
#[derive(Serialize, utoipa::ToSchema)]
pub struct LearnedView {
    role: String,
    /// The threshold.
    threshold: u64,
    /// The quantile of the figures.
    usual: u64,
    /// The largest figure.
    largest: u64,
    /// Number of windows with an event.
    windows: u64,
    /// Start of the learned period.
    since: DateTime<Utc>,
    learned_at: DateTime<Utc>,
}

/// Number of learned thresholds.
#[derive(Serialize, utoipa::ToSchema)]
pub struct LearnedCount {
    thresholds: usize,
}

/// Lists rules and thresholds.
pub struct ListRules;

impl Operation for ListRules {
    const ACTION: &str = "audit.rule.list";
    const INTERACTION: Interaction = Interaction::Read;
    const PERMISSION: Option<Permission> = Some(Permission::AuditRead);
    const FORBIDDEN_DETAIL: &str = LOG_FORBIDDEN_DETAIL;
}

/// Learns thresholds now.
pub struct LearnThresholds;

impl Operation for LearnThresholds {
    const ACTION: &str = "audit.thresholds.learn";
    const INTERACTION: Interaction = Interaction::Update;
    const PERMISSION: Option<Permission> = Some(Permission::ComplianceManage);
    const FORBIDDEN_DETAIL: &str = RECORDS_FORBIDDEN_DETAIL;
}

/// The rules, with the thresholds in force in the caller's organization.
#[utoipa::path(tag = "detection", responses(
    (status = 200, description = "The rules", body = Rules),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
))]
#[get("/rules")]
pub async fn rules(state: Data<AppState>, context: Authorized<ListRules>) -> Result<HttpResponse, Problem> {
    let learned = list_thresholds::execute(&context, &state).await?;
    let rules = state.rules.rules().iter().map(|rule| RuleView::new(rule, &learned));
    Ok(HttpResponse::Ok().json(Rules { rules: rules.collect() }))
}

/// Learns the thresholds from the last days of the log now. A worker does so every day.
#[utoipa::path(tag = "detection", responses(
    (status = 200, description = "Learned; `GET /rules` shows what", body = LearnedCount),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
))]
#[post("/rules/learning")]
pub async fn learn(state: Data<AppState>, context: Authorized<LearnThresholds>) -> Result<HttpResponse, Problem> {
    let learned = learn_thresholds::execute(&context, &state).await?;
    Ok(HttpResponse::Ok().json(LearnedCount {
        thresholds: learned.len(),
    }))
}

impl RuleView {
    fn new(rule: &Rule, learned: &[Threshold]) -> Self {
        let of_rule: Vec<_> = learned.iter().filter(|stored| stored.learned.rule == rule.id).collect();
        let in_force = |role: &'static str| {
            let learned = of_rule.iter().find(|stored| stored.learned.role == role);
            rule.threshold_of(role, learned.map(|stored| stored.learned.threshold))
        };
        let roles = Role::ALL.iter().map(|role| role.as_str());
        Self {
            id: rule.id.clone(),
            title: rule.title.clone(),
            severity: rule.severity,
            starts_clock: rule.starts_clock,
            key: rule.key,
            measure: rule.measure,
            window_minutes: rule.window_minutes,
            threshold: rule.threshold,
            thresholds: roles.map(|role| (role, in_force(role))).collect(),
            learned: of_rule.into_iter().map(LearnedView::from).collect(),
        }
    }
}

impl From<&Threshold> for LearnedView {
    fn from(stored: &Threshold) -> Self {
        let learned = &stored.learned;
        Self {
            role: learned.role.clone(),
            threshold: learned.threshold,
            usual: learned.usual,
            largest: learned.largest,
            windows: learned.windows,
            since: stored.since,
            learned_at: stored.learned_at,
        }
    }
}
