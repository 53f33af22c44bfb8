//! Consent decisions of patients.

use super::problems;
use crate::{
    AppState,
    actions::{
        list_consents,
        record_consent::{self, RecordConsent, records_decisions},
    },
};
use actix_web::{HttpRequest, HttpResponse, get, post, web::Data};
use garde::Validate;
use mc_access::{Caller, Operation, Principal};
use mc_chassis::http::{Body, IdempotencyKey, Params, Problem};
use mc_contracts::{AuditRecord, ConsentDecision, ConsentPurpose, ConsentRecorded, Interaction};
use mc_vocabulary::{ConsentId, EncounterId, PatientId, Permission, UserId};
use serde::{Deserialize, Serialize};

/// Records a decision. The action checks for which patients the caller may record, and what.
pub struct PostConsent;

impl Operation for PostConsent {
    const ACTION: &str = "ehr.consent.record";
    const INTERACTION: Interaction = Interaction::Create;
    const PERMISSION: Option<Permission> = None;
    const FORBIDDEN_DETAIL: &str = problems::RECORD_FORBIDDEN_DETAIL;

    fn permits(caller: &Principal, _request: &HttpRequest) -> bool {
        records_decisions(caller)
    }
}

/// Lists decisions. The action checks of which patients the caller may read.
pub struct GetConsents;

impl Operation for GetConsents {
    const ACTION: &str = "ehr.consent.list";
    const INTERACTION: Interaction = Interaction::Read;
    const PERMISSION: Option<Permission> = None;
    const FORBIDDEN_DETAIL: &str = problems::LIST_FORBIDDEN_DETAIL;

    fn permits(caller: &Principal, _request: &HttpRequest) -> bool {
        records_decisions(caller)
    }
}

/// A consent decision.
#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentRequest {
    #[garde(skip)]
    patient_id: PatientId,
    #[garde(skip)]
    purpose: ConsentPurpose,
    #[garde(skip)]
    decision: ConsentDecision,
    /// One visit; default: every visit. A permit to be charged names its visit.
    #[garde(custom(names_visit(self.purpose, self.decision)))]
    #[serde(default)]
    encounter_id: Option<EncounterId>,
    /// One user; default: everyone in the organization whose role allows it. Decisions about
    /// charges name no user.
    #[garde(custom(names_no_user(self.purpose)))]
    #[serde(default)]
    grantee: Option<UserId>,
}

/// Billing knows visits, and not whose they are: it cannot apply a permit for every visit.
fn names_visit(
    purpose: ConsentPurpose,
    decision: ConsentDecision,
) -> impl FnOnce(&Option<EncounterId>, &()) -> garde::Result {
    move |encounter_id, ()| {
        if purpose == ConsentPurpose::Payment && decision == ConsentDecision::Permit && encounter_id.is_none() {
            return Err(garde::Error::new("is required: a permit to be charged names its visit"));
        }
        Ok(())
    }
}

/// A charge is the organization's, whoever requests it.
fn names_no_user(purpose: ConsentPurpose) -> impl FnOnce(&Option<UserId>, &()) -> garde::Result {
    move |grantee, ()| {
        if purpose == ConsentPurpose::Payment && grantee.is_some() {
            return Err(garde::Error::new(
                "must be absent: a decision about charges names no user",
            ));
        }
        Ok(())
    }
}

/// Selects decisions.
#[derive(Deserialize, Validate, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ConsentQuery {
    #[garde(skip)]
    patient_id: PatientId,
    /// Maximum number of decisions.
    #[garde(range(min = 1, max = 200))]
    #[param(minimum = 1, maximum = 200, default = 50)]
    #[serde(default = "limit")]
    limit: u16,
    /// Only decisions older than this one.
    #[garde(skip)]
    #[serde(default)]
    before: Option<ConsentId>,
}

fn limit() -> u16 {
    50
}

/// Decisions, newest first.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Consents {
    #[schema(value_type = Vec<RecordedConsent>)]
    consents: Vec<ConsentRecorded>,
    /// Value of `before` for the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<ConsentId>,
}

/// A recorded decision.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "schema of the event in the document")]
pub struct RecordedConsent {
    consent_id: ConsentId,
    patient_id: PatientId,
    purpose: ConsentPurpose,
    decision: ConsentDecision,
    encounter_id: Option<EncounterId>,
    grantee: Option<UserId>,
    #[schema(value_type = String, format = DateTime)]
    recorded_at: (),
    /// Place in the order of decisions: of two that apply, the higher one counts.
    sequence: i64,
}

/// Records a patient's decision. The latest one that applies counts; a denial for every visit ends
/// the permits that were recorded before it. A named visit must be the patient's own.
#[utoipa::path(tag = "consents", request_body = ConsentRequest,
    params(("Idempotency-Key" = String, Header, description = "A repeat with the same key gets the stored response")), responses(
    (status = 201, description = "Recorded", body = RecordedConsent),
    (status = 400, description = "Unreadable body or key", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Not allowed to record this patient's decisions", body = Problem),
    (status = 409, description = "The same request is still running, or the visit must be checked in the EHR and the organization has no EHR connection yet", body = Problem),
    (status = 413, description = "The body is too long", body = Problem),
    (status = 415, description = "The body is not JSON", body = Problem),
    (status = 422, description = "A field is invalid, the visit is another patient's, or the key was used for another request", body = Problem),
    (status = 428, description = "No Idempotency-Key", body = Problem),
    (status = 502, description = "The EHR returned an invalid response, or the connection is misconfigured", body = Problem),
    (status = 503, description = "A component is unavailable", body = Problem),
))]
#[post("/consents")]
pub async fn post_consent(
    state: Data<AppState>,
    caller: Caller<PostConsent>,
    key: IdempotencyKey,
    body: Body<ConsentRequest>,
) -> Result<HttpResponse, Problem> {
    let ConsentRequest {
        patient_id,
        purpose,
        decision,
        encounter_id,
        grantee,
    } = body.value;
    let context = caller
        .authorize(|record| record.patient(patient_id.clone()).validated(false))
        .await?;
    let command = RecordConsent {
        patient_id,
        purpose: purpose.into(),
        decision: decision.into(),
        encounter_id,
        grantee,
    };
    let (state, context) = (&state, &context);
    state
        .idempotency
        .once(context, "POST consents", &key, body.digest, |claim| async move {
            Ok(record_consent::execute(context, state, command, &claim).await?)
        })
        .await
}

/// A patient's decisions, newest first.
#[utoipa::path(tag = "consents", params(ConsentQuery), responses(
    (status = 200, description = "Decisions", body = Consents),
    (status = 400, description = "A parameter is malformed", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Not allowed to read this patient's decisions", body = Problem),
    (status = 422, description = "A parameter is out of range", body = Problem),
    (status = 503, description = "A component is unavailable", body = Problem),
))]
#[get("/consents")]
pub async fn get_consents(
    state: Data<AppState>,
    caller: Caller<GetConsents>,
    query: Params<ConsentQuery>,
) -> Result<HttpResponse, Problem> {
    let ConsentQuery {
        patient_id,
        limit,
        before,
    } = query.0;
    let describe = |record: AuditRecord| record.entity("Patient", &patient_id).patient(patient_id.clone());
    let context = caller.authorize(|record| describe(record).validated(false)).await?;
    let found = list_consents::execute(&context, &state, &patient_id, before, limit).await?;
    let next = found
        .last()
        .filter(|_| found.len() == usize::from(limit))
        .map(|consent| consent.id);
    Ok(HttpResponse::Ok().json(Consents {
        consents: found.iter().map(ConsentRecorded::from).collect(),
        next,
    }))
}
