//! The outside systems that a visit needs.

use crate::{
    AppState,
    actions::survey_platform,
    domain::{BreakerStatus, ImpactLevel, Integration, Status},
};
use actix_web::{HttpResponse, get, web::Data};
use chrono::{DateTime, Utc};
use mc_access::{Authorized, Operation};
use mc_chassis::http::Problem;
use mc_contracts::Interaction;
use mc_vocabulary::Permission;
use serde::Serialize;
use std::collections::BTreeMap;

/// All integrations.
#[derive(Serialize, utoipa::ToSchema)]
#[expect(clippy::struct_field_names, reason = "the name is public")]
pub struct Integrations {
    /// `identity` is listed a second time under its former name `auth0`, which is deprecated.
    integrations: Vec<IntegrationView>,
    /// Unhealthy where visits cannot be completed, degraded where anything is not healthy.
    overall_status: Status,
    patient_care_impact: ImpactLevel,
    /// Which steps of a visit work now, and which do not.
    patient_care_summary: String,
    checked_at: DateTime<Utc>,
}

/// One integration.
#[derive(Serialize, utoipa::ToSchema)]
pub struct IntegrationView {
    /// `stripe`, `epic_ehr`, `insurance_hub` or `identity` (our own auth service). `auth0` is a
    /// deprecated alias of `identity` with the same status: read `identity`.
    name: &'static str,
    status: Status,
    /// What it provides, and whether that can be used now.
    capabilities: BTreeMap<&'static str, bool>,
    /// Null where it has no circuit breaker.
    breaker: Option<BreakerStatus>,
    last_checked_at: DateTime<Utc>,
    /// What was found, as a phrase.
    detail: String,
}

impl From<Integration> for IntegrationView {
    fn from(integration: Integration) -> Self {
        Self {
            name: integration.name,
            status: integration.status,
            capabilities: BTreeMap::from([(integration.capability, integration.is_usable())]),
            breaker: integration.breaker,
            last_checked_at: integration.last_checked_at,
            detail: integration.detail,
        }
    }
}

/// The former name of `identity`, still listed beside it.
const DEPRECATED_IDENTITY: &str = "auth0";

/// Reads the status of the integrations.
pub struct GetIntegrationStatus;

impl Operation for GetIntegrationStatus {
    const ACTION: &str = "console.integrations.read";
    const INTERACTION: Interaction = Interaction::Read;
    const PERMISSION: Option<Permission> = None;
    const FORBIDDEN_DETAIL: &str = "";
}

/// The status of the outside systems, and the impact on care.
#[utoipa::path(tag = "integrations", responses(
    (status = 200, description = "All of them", body = Integrations),
    (status = 401, description = "No valid token", body = Problem),
    (status = 503, description = "Tokens cannot be verified now", body = Problem),
))]
#[get("/status")]
pub async fn status(state: Data<AppState>, context: Authorized<GetIntegrationStatus>) -> HttpResponse {
    let platform = survey_platform::execute(&context, &state).await;
    let impact = platform.impact();
    let mut integrations = Integration::all(&platform);
    let alias = integrations
        .iter()
        .find(|integration| integration.name == "identity")
        .cloned();
    integrations.extend(alias.map(|identity| Integration {
        name: DEPRECATED_IDENTITY,
        ..identity
    }));
    HttpResponse::Ok().json(Integrations {
        integrations: integrations.into_iter().map(IntegrationView::from).collect(),
        overall_status: platform.status(),
        patient_care_impact: impact.level,
        patient_care_summary: impact.summary,
        checked_at: platform.checked_at,
    })
}
