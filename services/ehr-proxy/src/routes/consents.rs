//! What patients decide.

use crate::{
    AppState,
    actions::{
        list_consents::list_consents,
        record_consent::{RecordConsent, record_consent},
    },
};
use actix_web::{HttpResponse, get, post, web::Data};
use garde::Validate;
use mc_access::Principal;
use mc_chassis::http::{Body, IdempotencyKey, Origin, Params, Problem};
use mc_contracts::{ConsentDecision, ConsentPurpose, ConsentRecorded};
use mc_mailbox::Scope;
use mc_vocabulary::{ConsentId, EncounterId, PatientId, UserId};
use serde::{Deserialize, Serialize};

/// A decision.
#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentRequest {
    #[garde(skip)]
    patient_id: PatientId,
    #[garde(skip)]
    purpose: ConsentPurpose,
    #[garde(skip)]
    decision: ConsentDecision,
    /// For one visit; without it for every visit.
    #[garde(skip)]
    #[serde(default)]
    encounter_id: Option<EncounterId>,
    /// For one user; without it for everyone of the organisation whose role allows it.
    #[garde(skip)]
    #[serde(default)]
    grantee: Option<UserId>,
}

/// Whose decisions, and how many.
#[derive(Deserialize, Validate, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ConsentQuery {
    #[garde(skip)]
    patient_id: PatientId,
    /// At most this many.
    #[garde(range(min = 1, max = 200))]
    #[param(minimum = 1, maximum = 200, default = 50)]
    #[serde(default = "limit")]
    limit: u16,
    /// Only decisions from before this one.
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
    /// To be sent as `before` for the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<ConsentId>,
}

/// A decision as it was written down.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "the document's picture of the event of the same shape")]
pub struct RecordedConsent {
    consent_id: ConsentId,
    patient_id: PatientId,
    purpose: ConsentPurpose,
    decision: ConsentDecision,
    encounter_id: Option<EncounterId>,
    grantee: Option<UserId>,
    #[schema(value_type = String, format = DateTime)]
    recorded_at: (),
}

/// Writes a patient's decision down. The latest one that applies holds. A visit that is named must be the patient's own.
#[utoipa::path(tag = "consents", request_body = ConsentRequest,
    params(("Idempotency-Key" = String, Header, description = "Repeats with the same key are answered, not done again")), responses(
    (status = 201, description = "Written down", body = RecordedConsent),
    (status = 400, description = "Unreadable body or key", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Not one who writes this patient's decisions down", body = Problem),
    (status = 409, description = "The same request is still running, or whose visit it is must be asked and the organisation has no EHR connection yet", body = Problem),
    (status = 413, description = "The body is too long", body = Problem),
    (status = 415, description = "The body is not JSON", body = Problem),
    (status = 422, description = "A field is wrong, the visit is not this patient's, or the key was used for another request", body = Problem),
    (status = 428, description = "No Idempotency-Key", body = Problem),
    (status = 502, description = "The EHR answered with nonsense, or the connection is set up wrongly", body = Problem),
    (status = 503, description = "A part of ours is not answering", body = Problem),
))]
#[post("/consents")]
pub async fn post_consent(
    state: Data<AppState>,
    caller: Principal,
    key: IdempotencyKey,
    body: Body<ConsentRequest>,
    origin: Origin,
) -> Result<HttpResponse, Problem> {
    let scope = Scope {
        caller: format!("{}/{}", caller.organization_id, caller.subject),
        route: "POST consents",
    };
    let ConsentRequest {
        patient_id,
        purpose,
        decision,
        encounter_id,
        grantee,
    } = body.value;
    let command = RecordConsent {
        patient_id,
        purpose: purpose.into(),
        decision: decision.into(),
        encounter_id,
        grantee,
    };
    let (state, caller, origin) = (&state, &caller, &origin);
    state
        .mailbox
        .once(scope, &key, body.digest, |claim| async move {
            Ok(record_consent(state, command, caller, &claim, origin).await?)
        })
        .await
}

/// A patient's decisions, newest first.
#[utoipa::path(tag = "consents", params(ConsentQuery), responses(
    (status = 200, description = "Decisions", body = Consents),
    (status = 400, description = "A parameter is malformed", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Not one who reads this patient's decisions", body = Problem),
    (status = 422, description = "A parameter is out of range", body = Problem),
    (status = 503, description = "A part of ours is not answering", body = Problem),
))]
#[get("/consents")]
pub async fn get_consents(
    state: Data<AppState>,
    caller: Principal,
    query: Params<ConsentQuery>,
    origin: Origin,
) -> Result<HttpResponse, Problem> {
    let ConsentQuery {
        patient_id,
        limit,
        before,
    } = query.0;
    let found = list_consents(&state, &patient_id, before, limit, &caller, &origin).await?;
    let next = found
        .last()
        .filter(|_| found.len() == usize::from(limit))
        .map(|consent| consent.id);
    Ok(HttpResponse::Ok().json(Consents {
        consents: found.iter().map(ConsentRecorded::from).collect(),
        next,
    }))
}
