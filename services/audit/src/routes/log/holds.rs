//! Legal holds.

use crate::{
    AppState,
    actions::log::{
        list_holds,
        place_hold::{self, PlaceHold, PlaceHoldError, Subject},
        release_hold::{self, ReleaseHoldError},
    },
    domain::Hold,
    routes::LOG_FORBIDDEN_DETAIL,
};
use actix_web::{HttpRequest, HttpResponse, get, post, web::Data};
use chrono::{DateTime, Utc};
use garde::Validate;
use mc_access::{Authorized, Operation, path_id};
use mc_chassis::http::{Body, IdempotencyKey, Path, Problem};
use mc_contracts::{AuditRecord, Interaction};
use mc_idempotency::StoredResponse;
use mc_vocabulary::{HoldId, PatientId, Permission, UserId, problem};
use serde::{Deserialize, Serialize};

const HOLDS_FORBIDDEN_DETAIL: &str = "Only compliance and admins place and release legal holds.";

/// What a hold covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HoldKind {
    /// Everything about `patient_id`.
    Patient,
    /// Everything that `user_id` did, and what was done to that account.
    User,
    /// Everything from `since` to before `until`.
    Period,
}

/// A hold to place.
#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceHoldRequest {
    /// What it covers.
    #[garde(skip)]
    kind: HoldKind,
    /// For kind `patient`. Stored as a pseudonym.
    #[garde(skip)]
    #[schema(value_type = Option<String>)]
    patient_id: Option<PatientId>,
    /// For kind `user`.
    #[garde(skip)]
    user_id: Option<UserId>,
    /// Only events at or after; required for a period.
    #[garde(skip)]
    since: Option<DateTime<Utc>>,
    /// Only events before; required for a period.
    #[garde(skip)]
    until: Option<DateTime<Utc>>,
    /// The matter it belongs to. No patient data.
    #[garde(length(bytes, min = 1, max = 500))]
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// The release of a hold.
#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReleaseHoldRequest {
    /// The reason. No patient data.
    #[garde(length(bytes, min = 1, max = 500))]
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// A hold.
#[derive(Serialize, utoipa::ToSchema)]
pub struct HoldView {
    hold_id: HoldId,
    /// `patient`, `user` or `period`.
    kind: String,
    /// Pseudonym of the patient, or the user's id.
    #[serde(skip_serializing_if = "String::is_empty")]
    subject: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<DateTime<Utc>>,
    reason: String,
    placed_by: String,
    placed_at: DateTime<Utc>,
    /// Its release; absent while it is in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    released: Option<ReleasedView>,
}

/// The release of a hold.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ReleasedView {
    by: String,
    at: DateTime<Utc>,
    reason: String,
}

/// The holds of the organization.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Holds {
    /// Those in force first.
    holds: Vec<HoldView>,
}

impl From<Hold> for HoldView {
    fn from(hold: Hold) -> Self {
        Self {
            hold_id: hold.hold_id,
            kind: hold.kind,
            subject: hold.subject,
            since: hold.since,
            until: hold.until,
            reason: hold.reason,
            placed_by: hold.placed_by,
            placed_at: hold.placed_at,
            released: hold.released.map(|released| ReleasedView {
                by: released.by,
                at: released.at,
                reason: released.reason,
            }),
        }
    }
}

/// Lists legal holds.
pub struct ListLegalHolds;

impl Operation for ListLegalHolds {
    const ACTION: &str = "audit.hold.list";
    const INTERACTION: Interaction = Interaction::Read;
    const PERMISSION: Option<Permission> = Some(Permission::AuditRead);
    const FORBIDDEN_DETAIL: &str = LOG_FORBIDDEN_DETAIL;
}

/// Places a legal hold.
pub struct PlaceLegalHold;

impl Operation for PlaceLegalHold {
    const ACTION: &str = "audit.hold.place";
    const INTERACTION: Interaction = Interaction::Create;
    const PERMISSION: Option<Permission> = Some(Permission::ComplianceManage);
    const FORBIDDEN_DETAIL: &str = HOLDS_FORBIDDEN_DETAIL;
}

/// Releases a legal hold.
pub struct ReleaseLegalHold;

impl Operation for ReleaseLegalHold {
    const ACTION: &str = "audit.hold.release";
    const INTERACTION: Interaction = Interaction::Update;
    const PERMISSION: Option<Permission> = Some(Permission::ComplianceManage);
    const FORBIDDEN_DETAIL: &str = HOLDS_FORBIDDEN_DETAIL;

    fn describe(record: AuditRecord, request: &HttpRequest) -> AuditRecord {
        match path_id::<HoldId>(request, "hold_id") {
            Some(id) => record.entity("LegalHold", id),
            None => record,
        }
    }
}

/// The legal holds of the caller's organization, including released ones.
#[utoipa::path(tag = "retention", operation_id = "holds", responses(
    (status = 200, description = "The holds", body = Holds),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
))]
#[get("/legal-holds")]
pub async fn list(state: Data<AppState>, context: Authorized<ListLegalHolds>) -> Result<HttpResponse, Problem> {
    let holds = list_holds::execute(&context, &state)
        .await
        .map_err(|error| Problem::internal(&error))?;
    Ok(HttpResponse::Ok().json(Holds {
        holds: holds.into_iter().map(HoldView::from).collect(),
    }))
}

/// Places a legal hold. What it covers is not pruned until it is released.
#[utoipa::path(tag = "retention", request_body = PlaceHoldRequest,
    params(("Idempotency-Key" = String, Header, description = "Repeats with the same key are answered, not done again")), responses(
    (status = 201, description = "Placed", body = HoldView),
    (status = 400, description = "Unreadable body or key", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
    (status = 409, description = "The same hold stands already, or the same request is still running", body = Problem),
    (status = 413, description = "Too large", body = Problem),
    (status = 415, description = "Not JSON", body = Problem),
    (status = 422, description = "A field is wrong or missing for this kind, or the key was used for another request", body = Problem),
    (status = 428, description = "No Idempotency-Key", body = Problem),
))]
#[post("/legal-holds")]
pub async fn place(
    state: Data<AppState>,
    context: Authorized<PlaceLegalHold>,
    key: IdempotencyKey,
    body: Body<PlaceHoldRequest>,
) -> Result<HttpResponse, Problem> {
    let command = command(body.value)?;
    let (state, context) = (&state, &*context);
    let placed = |hold| StoredResponse::json(201_u16, &HoldView::from(hold));
    state
        .idempotency
        .once(context, "POST legal-holds", &key, body.digest, |claim| async move {
            Ok(place_hold::execute(context, state, command, &claim, placed).await?)
        })
        .await
}

/// Releases a legal hold. It stays listed.
#[utoipa::path(tag = "retention", request_body = ReleaseHoldRequest, params(("hold_id" = HoldId, Path, description = "The hold")), responses(
    (status = 200, description = "Released", body = HoldView),
    (status = 400, description = "Unreadable body", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
    (status = 404, description = "No such hold", body = Problem),
    (status = 409, description = "It was released before", body = Problem),
    (status = 422, description = "A field is wrong", body = Problem),
))]
#[post("/legal-holds/{hold_id}/release")]
pub async fn release(
    state: Data<AppState>,
    context: Authorized<ReleaseLegalHold>,
    hold_id: Path<HoldId>,
    body: Body<ReleaseHoldRequest>,
) -> Result<HttpResponse, Problem> {
    let hold = release_hold::execute(&context, &state, *hold_id, body.value.reason).await?;
    Ok(HttpResponse::Ok().json(HoldView::from(hold)))
}

/// The command; each kind has its own fields.
fn command(request: PlaceHoldRequest) -> Result<PlaceHold, Problem> {
    let wrong = |field: &str, detail: &str| Err(Problem::new(problem::UNPROCESSABLE).at(field, detail));
    let subject = match (request.kind, request.patient_id, request.user_id) {
        (HoldKind::Patient, Some(patient_id), None) => Subject::Patient(patient_id),
        (HoldKind::User, None, Some(user_id)) => Subject::User(user_id),
        (HoldKind::Period, None, None) => Subject::Period,
        (HoldKind::Patient, ..) => return wrong("/patient_id", "is required for kind patient, without user_id"),
        (HoldKind::User, ..) => return wrong("/user_id", "is required for kind user, without patient_id"),
        (HoldKind::Period, ..) => return wrong("/kind", "a period has neither patient_id nor user_id"),
    };
    Ok(PlaceHold {
        subject,
        since: request.since,
        until: request.until,
        reason: request.reason,
    })
}

impl From<PlaceHoldError> for Problem {
    fn from(error: PlaceHoldError) -> Self {
        match error {
            PlaceHoldError::NoPeriod => Problem::new(problem::UNPROCESSABLE).at("/since", error.to_string()),
            PlaceHoldError::Backwards => Problem::new(problem::UNPROCESSABLE).at("/until", error.to_string()),
            PlaceHoldError::Stands => Problem::new(problem::CONFLICT).detail("Such a hold stands already."),
            PlaceHoldError::Store(_) => Problem::internal(&error),
        }
    }
}

impl From<ReleaseHoldError> for Problem {
    fn from(error: ReleaseHoldError) -> Self {
        match error {
            ReleaseHoldError::Unknown => Problem::new(problem::NOT_FOUND),
            ReleaseHoldError::Released => Problem::new(problem::CONFLICT).detail("The hold was released before."),
            ReleaseHoldError::Store(_) => Problem::internal(&error),
        }
    }
}
