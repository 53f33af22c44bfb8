//! Policies as code, each with what was measured of it (P1, P2).

use crate::{
    AppState,
    actions::measure_policies::measure_policies,
    domain::{Control, HANDLING, POLICIES, Requirement, STANDARDS},
};
use actix_web::{HttpResponse, get, web::Data};
use chrono::{DateTime, Utc};
use mc_access::Principal;
use mc_chassis::http::Problem;
use serde::Serialize;
use std::collections::BTreeMap;

/// Everything that is required, and how it stands.
#[derive(Serialize, utoipa::ToSchema)]
#[expect(clippy::struct_field_names, reason = "the name that callers know")]
pub struct Policies {
    policies: BTreeMap<&'static str, Control>,
    /// Standards that the policies are drawn from; not certificates.
    compliance_standards: [&'static str; 5],
    patient_data_handling: BTreeMap<&'static str, Control>,
    /// Services that did not say what they measure.
    silent_services: Vec<&'static str>,
    checked_at: DateTime<Utc>,
}

/// What is required, and what was measured of it.
#[utoipa::path(tag = "security", responses(
    (status = 200, description = "Every control with its evidence", body = Policies),
    (status = 401, description = "No valid token", body = Problem),
    (status = 503, description = "Tokens cannot be checked now", body = Problem),
))]
#[get("/policies")]
pub async fn policies(state: Data<AppState>, _caller: Principal) -> HttpResponse {
    let measured = measure_policies(&state).await;
    let controls = |requirements: &[Requirement]| {
        let control = |requirement: &Requirement| (requirement.name, measured.control(requirement));
        requirements.iter().map(control).collect()
    };
    HttpResponse::Ok().json(Policies {
        policies: controls(&POLICIES),
        compliance_standards: STANDARDS,
        patient_data_handling: controls(&HANDLING),
        silent_services: measured.silent.clone(),
        checked_at: measured.checked_at,
    })
}
