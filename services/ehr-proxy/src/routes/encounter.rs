//! A visit's documentation.

use super::{access_headers, operation_outcome::FhirProblems, problems};
use crate::{
    AppState,
    actions::update_encounter::{self, UpdateEncounter},
    domain::{Refusal, may_document},
};
use actix_web::{HttpRequest, HttpResponse, put, web::Data};
use garde::Validate;
use mc_access::{Authorized, Operation, Principal, path_id};
use mc_chassis::http::{Body, Path, Problem};
use mc_contracts::{AuditRecord, Interaction};
use mc_fhir::{
    Documentation, FHIR_JSON, FhirError, Resource,
    encounter::{FOLLOW_UP_URL, TREATMENT_PLAN_URL},
    project,
};
use mc_vocabulary::{EncounterId, Permission, problem};
use serde::Deserialize;
use serde_json::value::RawValue;

/// The documentation; at least one of the three fields. An absent field is left unchanged in the
/// EHR.
#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(min_properties = 1)]
pub struct EncounterUpdate {
    #[garde(inner(custom(clinical_text)))]
    #[schema(min_length = 1, max_length = 4000, pattern = r"\S")]
    #[serde(default)]
    diagnosis: Option<String>,
    #[garde(inner(custom(clinical_text)))]
    #[schema(min_length = 1, max_length = 4000, pattern = r"\S")]
    #[serde(default)]
    treatment_plan: Option<String>,
    #[garde(inner(custom(clinical_text)))]
    #[schema(min_length = 1, max_length = 4000, pattern = r"\S")]
    #[serde(default)]
    follow_up: Option<String>,
}

/// FHIR R4 `string`: not blank, no control characters except line ends and tabs.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that garde requires")]
fn clinical_text(text: &str, (): &()) -> garde::Result {
    let printable = text.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'));
    if printable && !text.trim().is_empty() && text.chars().count() <= 4000 {
        Ok(())
    } else {
        Err(garde::Error::new("expected 1 to 4000 printable characters"))
    }
}

/// Documents a visit. The action checks consent.
pub struct PutEncounter;

impl PutEncounter {
    fn check(caller: &Principal, request: &HttpRequest) -> Result<(), Refusal> {
        may_document(&caller.roles, access_headers::declares_emergency(request))
    }
}

impl Operation for PutEncounter {
    const ACTION: &str = "ehr.encounter.update";
    const INTERACTION: Interaction = Interaction::Update;
    const PERMISSION: Option<Permission> = None;
    const FORBIDDEN_DETAIL: &str = problems::CHART_FORBIDDEN_DETAIL;

    fn permits(caller: &Principal, request: &HttpRequest) -> bool {
        Self::check(caller, request).is_ok()
    }

    fn refusal(caller: &Principal, request: &HttpRequest) -> (&'static str, &'static str) {
        problems::refusal(Self::check(caller, request))
    }

    fn describe(record: AuditRecord, request: &HttpRequest) -> AuditRecord {
        let record = record.validated(false);
        match path_id::<EncounterId>(request, "id") {
            Some(id) => record.entity("Encounter", id),
            None => record,
        }
    }
}

/// Writes diagnosis, treatment plan and follow-up into an Encounter.
#[utoipa::path(tag = "charts", request_body = EncounterUpdate,
    params(
        ("id" = EncounterId, Path, description = "FHIR id of the Encounter in the organization's EHR"),
        ("If-Match" = Option<String>, Header, description = "The version read, as `W/\"3\"`; default: the current version"),
        ("X-Access-Justification" = Option<String>, Header, min_length = 3, max_length = 200,
            description = "Why the chart is opened; required with X-Emergency-Override; must not identify the patient"),
        ("X-Emergency-Override" = Option<bool>, Header,
            description = "A doctor writes without the patient's consent; recorded as an emergency"),
    ),
    responses(
    (status = 200, description = "The written part of the Encounter, with its new version", body = serde_json::Value, content_type = "application/fhir+json",
        headers(("ETag" = String, description = "The new version"))),
    FhirProblems,
))]
#[put("/{id}")]
pub async fn put_encounter(
    state: Data<AppState>,
    context: Authorized<PutEncounter>,
    id: Path<EncounterId>,
    body: Body<EncounterUpdate>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let (encounter_id, headers) = (id.into_inner(), request.headers());
    let emergency = access_headers::emergency(headers)?;
    let EncounterUpdate {
        diagnosis,
        treatment_plan,
        follow_up,
    } = body.value;
    let documentation = Documentation {
        diagnosis,
        treatment_plan,
        follow_up,
    };
    if documentation == Documentation::default() {
        let nothing = Problem::new(problem::UNPROCESSABLE);
        return Err(nothing.at("/", "expected at least one of diagnosis, treatment_plan, follow_up"));
    }
    let command = UpdateEncounter {
        encounter_id,
        documentation,
        if_match: access_headers::if_match(headers)?,
        access: access_headers::justified_if_given(headers, emergency)?,
    };
    let written = update_encounter::execute(&context, &state, command).await?;
    let shown = shown(&written.resource).map_err(|error| Problem::internal(&error))?;
    let mut response = HttpResponse::Ok();
    if let Some(version) = written.version {
        response.insert_header(("ETag", version.to_string()));
    }
    Ok(response.content_type(FHIR_JSON).body(shown.to_json()))
}

/// Id, version, status, reasons, and our extensions.
fn shown(encounter: &Resource) -> Result<Resource, FhirError> {
    #[derive(Deserialize)]
    struct Extension {
        url: Option<String>,
    }
    let mut shown = project(encounter, &["status", "reasonCode", "extension"])?;
    shown.remove("implicitRules");
    let mut extensions: Vec<Box<RawValue>> = shown.get("extension")?.unwrap_or_default();
    extensions.retain(|extension| {
        let read = serde_json::from_str::<Extension>(extension.get());
        let url = read.ok().and_then(|extension| extension.url);
        url.is_some_and(|url| url == TREATMENT_PLAN_URL || url == FOLLOW_UP_URL)
    });
    if extensions.is_empty() {
        shown.remove("extension");
    } else {
        shown.set("extension", &extensions)?;
    }
    Ok(shown)
}
