//! The outside systems that a visit needs (H3).

use crate::{
    AppState,
    actions::survey_platform::survey_platform,
    domain::{ImpactLevel, Integration, Standing, Status},
};
use actix_web::{HttpResponse, get, web::Data};
use chrono::{DateTime, Utc};
use mc_access::Principal;
use mc_chassis::http::Problem;
use serde::Serialize;
use std::collections::BTreeMap;

/// All integrations.
#[derive(Serialize, utoipa::ToSchema)]
#[expect(clippy::struct_field_names, reason = "the name that callers know")]
pub struct Integrations {
    integrations: Vec<IntegrationView>,
    /// The worst that any of them means: unhealthy where a visit cannot be carried through.
    overall_status: Status,
    patient_care_impact: ImpactLevel,
    /// What a visit can and cannot do now.
    patient_care_summary: String,
    checked_at: DateTime<Utc>,
}

/// One integration.
#[derive(Serialize, utoipa::ToSchema)]
pub struct IntegrationView {
    /// `stripe`, `epic_ehr`, `insurance_hub` or `auth0` (which is our own auth service).
    name: &'static str,
    status: Status,
    /// What it is there for, and whether that can be used now.
    capabilities: BTreeMap<&'static str, bool>,
    /// Null where no breaker stands before it.
    breaker: Option<Standing>,
    last_checked_at: DateTime<Utc>,
    /// What was seen, in a few words.
    detail: String,
}

impl From<Integration> for IntegrationView {
    fn from(integration: Integration) -> Self {
        Self {
            name: integration.name,
            status: integration.status,
            capabilities: BTreeMap::from([(integration.capability, integration.is_able())]),
            breaker: integration.breaker,
            last_checked_at: integration.last_checked_at,
            detail: integration.detail,
        }
    }
}

/// How the outside systems are, and what that means for care.
#[utoipa::path(tag = "integrations", responses(
    (status = 200, description = "All of them", body = Integrations),
    (status = 401, description = "No valid token", body = Problem),
    (status = 503, description = "Tokens cannot be checked now", body = Problem),
))]
#[get("/status")]
pub async fn status(state: Data<AppState>, _caller: Principal) -> HttpResponse {
    let platform = survey_platform(&state).await;
    let impact = platform.impact();
    let integrations = Integration::all(&platform);
    HttpResponse::Ok().json(Integrations {
        integrations: integrations.into_iter().map(IntegrationView::from).collect(),
        overall_status: platform.status(),
        patient_care_impact: impact.level,
        patient_care_summary: impact.summary,
        checked_at: platform.checked_at,
    })
}
