//! Policies as code, each with its measurements.

use crate::{
    AppState,
    actions::measure_policies,
    domain::{Control, HANDLING, POLICIES, Requirement, STANDARDS},
};
use actix_web::{HttpResponse, get, web::Data};
use chrono::{DateTime, Utc};
use mc_access::{Authorized, Operation};
use mc_chassis::{health::HealthProbe, http::Problem};
use mc_contracts::Interaction;
use mc_vocabulary::Permission;
use serde::Serialize;
use std::{collections::BTreeMap, sync::Arc};

/// Every requirement and its measurement.
#[derive(Serialize, utoipa::ToSchema)]
#[expect(clippy::struct_field_names, reason = "the name is public")]
pub struct Policies {
    policies: BTreeMap<&'static str, Control>,
    /// Standards that the policies are derived from; not certifications.
    compliance_standards: [&'static str; 5],
    patient_data_handling: BTreeMap<&'static str, Control>,
    /// Services that reported no evidence.
    silent_services: Vec<String>,
    checked_at: DateTime<Utc>,
}

/// Reads the policies.
pub struct GetPolicies;

impl Operation for GetPolicies {
    const ACTION: &str = "console.policies.read";
    const INTERACTION: Interaction = Interaction::Read;
    const PERMISSION: Option<Permission> = None;
    const FORBIDDEN_DETAIL: &str = "";
}

/// Every requirement and its measurement.
#[utoipa::path(tag = "security", responses(
    (status = 200, description = "Every control with its evidence", body = Policies),
    (status = 401, description = "No valid token", body = Problem),
    (status = 503, description = "Tokens cannot be verified now", body = Problem),
))]
#[get("/policies")]
pub async fn policies(
    state: Data<AppState>,
    own: Data<Arc<dyn HealthProbe>>,
    context: Authorized<GetPolicies>,
) -> HttpResponse {
    let measured = measure_policies::execute(&context, &state, own.get_ref().as_ref()).await;
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
