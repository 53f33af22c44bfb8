//! A patient's own access log.

use crate::{
    AppState,
    actions::reports::list_accesses,
    domain::{Logged, access},
};
use actix_web::{HttpRequest, HttpResponse, get, web::Data};
use chrono::{DateTime, Utc};
use garde::Validate;
use mc_access::{Authorized, Operation, Principal, RequestContext, path_id};
use mc_chassis::http::{Params, Path, Problem};
use mc_contracts::{AuditRecord, Interaction, Outcome};
use mc_vocabulary::{PatientId, Permission};
use serde::{Deserialize, Serialize};

/// Query of accesses.
#[derive(Debug, Deserialize, Validate, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AccessesQuery {
    /// Maximum number of entries; 50 by default.
    #[garde(inner(range(min = 1, max = 500)))]
    #[param(minimum = 1, maximum = 500)]
    #[serde(default)]
    limit: Option<i64>,
    /// `next` of the previous page.
    #[garde(inner(length(bytes, min = 1, max = 2000), ascii))]
    #[param(min_length = 1, max_length = 2000)]
    #[serde(default)]
    cursor: Option<String>,
}

/// Accesses to one patient's data, newest first.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Accesses {
    accesses: Vec<AccessView>,
    /// `cursor` of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// An access.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AccessView {
    /// When.
    at: DateTime<Utc>,
    /// The access in one sentence.
    what: String,
    /// The actor's role in plain words.
    who: &'static str,
    /// Pseudonym of the actor; the same for the same person.
    person: String,
    /// Why it happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'static str>,
    /// `success`, `denied` or `failure`.
    #[schema(value_type = String)]
    outcome: Outcome,
    /// Whether it happened under emergency access.
    emergency: bool,
}

fn view(context: &RequestContext, state: &AppState, logged: &Logged) -> AccessView {
    let record = &logged.leaf.record;
    let own = record.actor.id == context.subject();
    AccessView {
        at: record.occurred_at,
        what: access::sentence(&logged.leaf, own),
        who: if own { "You" } else { access::who(&logged.leaf) },
        person: state.pseudonym.mask("user", &record.actor.id),
        why: access::why(&logged.leaf),
        outcome: record.outcome,
        emergency: record.emergency,
    }
}

const ACCESS_LOG_FORBIDDEN_DETAIL: &str = "Patients see their own access log, compliance everybody's.";

/// Lists the accesses to a patient's data.
pub struct ListPatientAccesses;

impl Operation for ListPatientAccesses {
    const ACTION: &str = "audit.patient_accesses.read";
    const INTERACTION: Interaction = Interaction::Read;
    const PERMISSION: Option<Permission> = Some(Permission::AuditRead);
    const FORBIDDEN_DETAIL: &str = ACCESS_LOG_FORBIDDEN_DETAIL;

    fn permits(caller: &Principal, request: &HttpRequest) -> bool {
        let own = path_id::<PatientId>(request, "id").is_some_and(|id| caller.is_self(&id));
        own || caller.may(Permission::AuditRead)
    }

    fn describe(record: AuditRecord, request: &HttpRequest) -> AuditRecord {
        match path_id::<PatientId>(request, "id") {
            Some(id) => record.entity("Patient", &id).patient(id),
            None => record,
        }
    }
}

/// Who accessed a patient's data. For that patient, and for compliance.
#[utoipa::path(tag = "patients", params(AccessesQuery, ("id" = PatientId, Path, description = "The patient")), responses(
    (status = 200, description = "A page of accesses", body = Accesses),
    (status = 400, description = "Unreadable query, or a cursor of another question", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither that patient nor compliance", body = Problem),
    (status = 422, description = "A parameter is out of bounds", body = Problem),
))]
#[get("/patients/{id}/accesses")]
pub async fn accesses(
    state: Data<AppState>,
    context: Authorized<ListPatientAccesses>,
    id: Path<PatientId>,
    query: Params<AccessesQuery>,
) -> Result<HttpResponse, Problem> {
    let (cursor, limit) = (query.0.cursor.as_deref(), query.0.limit.unwrap_or(50));
    let page = list_accesses::execute(&context, &state, &id, cursor, limit).await?;
    Ok(HttpResponse::Ok().json(Accesses {
        accesses: page
            .events
            .iter()
            .map(|logged| view(&context, &state, logged))
            .collect(),
        next: page.next,
    }))
}
