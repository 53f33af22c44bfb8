//! What compliance keeps (U9): agreements, risk assessments, trainings, incidents; each with its due date, all in the log.

use super::{
    alerts::{RECORDS_FORBIDDEN_DETAIL, if_match},
    bounds::near,
    inventory_view::{CompletedView, RecordView, Records},
    log::LOG_FORBIDDEN_DETAIL,
    once,
};
use crate::{
    AppState,
    actions::inventory::{
        InventoryError, Words,
        add_record::{AddRecord, add_record},
        complete_record::{CompleteRecord, complete_record},
        list_records::{get_record, list_records},
        update_record::{UpdateRecord, update_record},
    },
    domain::{RecordKind, RecordState},
    store::inventory::Wanted,
};
use actix_web::{
    HttpRequest, HttpResponse, get, patch, post,
    web::{Data, Path},
};
use chrono::{DateTime, Duration, Utc};
use garde::Validate;
use mc_access::Principal;
use mc_chassis::http::{Body, IdempotencyKey, Origin, Params, Problem};
use mc_contracts::Interaction;
use mc_mailbox::StoredResponse;
use mc_vocabulary::{AlertId, Permission, RecordId, UserId, problem};
use serde::Deserialize;

/// Which records.
#[derive(Deserialize, Validate, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RecordsQuery {
    /// At most so many; 50 unless told.
    #[garde(range(min = 1, max = 200))]
    #[param(minimum = 1, maximum = 200)]
    #[serde(default = "fifty")]
    limit: i64,
    /// Only in this state.
    #[garde(skip)]
    #[serde(default)]
    state: Option<RecordState>,
    /// Only due within so many days; 0: overdue.
    #[garde(inner(range(min = 0, max = 3660)))]
    #[param(minimum = 0, maximum = 3660)]
    #[serde(default)]
    due_within_days: Option<i64>,
    /// Only added before this one: the `next` of the page before.
    #[garde(skip)]
    #[serde(default)]
    before: Option<RecordId>,
}

fn fifty() -> i64 {
    50
}

/// What is added.
#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordBody {
    /// What it is about; kept sealed.
    #[garde(length(chars, min = 1, max = 200))]
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    /// More; kept sealed.
    #[garde(inner(length(chars, min = 1, max = 4000)))]
    #[schema(min_length = 1, max_length = 4000)]
    #[serde(default)]
    notes: Option<String>,
    /// Who looks after it.
    #[garde(skip)]
    #[serde(default)]
    owner: Option<UserId>,
    /// For a training: who is trained.
    #[garde(skip)]
    #[serde(default)]
    member: Option<UserId>,
    /// When it is due; for an incident 60 days after discovery, unless told earlier.
    #[garde(inner(custom(near)))]
    #[serde(default)]
    due_at: Option<DateTime<Utc>>,
    /// After it is done, the next is due so many months later.
    #[garde(inner(range(min = 1, max = 120)))]
    #[schema(minimum = 1, maximum = 120)]
    #[serde(default)]
    repeats_months: Option<i32>,
    /// For an incident: the alert that it came from.
    #[garde(skip)]
    #[serde(default)]
    alert_id: Option<AlertId>,
    /// For an incident: when it was known, or would have been with reasonable diligence.
    #[garde(inner(custom(near)))]
    #[serde(default)]
    discovered_at: Option<DateTime<Utc>>,
    /// For an incident: how many patients are concerned.
    #[garde(inner(range(min = 0, max = 1_000_000_000)))]
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    #[serde(default)]
    patients: Option<i64>,
}

/// What is changed; what is absent stays.
#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordChange {
    #[garde(inner(length(chars, min = 1, max = 200)))]
    #[schema(min_length = 1, max_length = 200)]
    #[serde(default)]
    title: Option<String>,
    #[garde(inner(length(chars, min = 1, max = 4000)))]
    #[schema(min_length = 1, max_length = 4000)]
    #[serde(default)]
    notes: Option<String>,
    #[garde(skip)]
    #[serde(default)]
    owner: Option<UserId>,
    /// Reminders begin anew.
    #[garde(inner(custom(near)))]
    #[serde(default)]
    due_at: Option<DateTime<Utc>>,
    #[garde(skip)]
    #[serde(default)]
    alert_id: Option<AlertId>,
    #[garde(inner(custom(near)))]
    #[serde(default)]
    discovered_at: Option<DateTime<Utc>>,
    #[garde(inner(range(min = 0, max = 1_000_000_000)))]
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    #[serde(default)]
    patients: Option<i64>,
    /// Whether it is no longer true.
    #[garde(skip)]
    #[serde(default)]
    cancelled: bool,
}

/// What is said of what was done.
#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompletionBody {
    /// Kept sealed, instead of the notes before.
    #[garde(inner(length(chars, min = 1, max = 4000)))]
    #[schema(min_length = 1, max_length = 4000)]
    #[serde(default)]
    notes: Option<String>,
}

/// Records of a kind, the newest first. Reading them is itself in the log.
#[utoipa::path(tag = "inventory", params(("kind" = RecordKind, Path, description = "What they are"), RecordsQuery), responses(
    (status = 200, description = "A page", body = Records),
    (status = 400, description = "Unreadable path or query", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
    (status = 422, description = "A parameter is out of bounds", body = Problem),
))]
#[get("/inventory/{kind}")]
pub async fn list(
    state: Data<AppState>,
    caller: Principal,
    kind: Path<RecordKind>,
    query: Params<RecordsQuery>,
    origin: Origin,
) -> Result<HttpResponse, Problem> {
    let wanted = state
        .mailbox
        .audit_of("audit.inventory.list", Interaction::Execute, &caller, &origin)
        .entity("ComplianceRecord", kind.as_str());
    state
        .mailbox
        .authorize(&caller, Permission::AuditRead, LOG_FORBIDDEN_DETAIL, wanted)
        .await?;
    let (query, now) = (query.0, state.clock.now());
    let wanted = Wanted {
        state: query.state,
        due_before: query.due_within_days.map(|days| now + Duration::days(days)),
        before: query.before,
        // One more says whether there is a next page.
        limit: query.limit + 1,
    };
    let found = list_records(&state, &caller, kind.into_inner(), &wanted, &origin).await?;
    Ok(HttpResponse::Ok().json(Records::new(found, query.limit, now)))
}

/// Adds a record.
#[utoipa::path(tag = "inventory", request_body = RecordBody, params(
    ("kind" = RecordKind, Path, description = "What it is"),
    ("Idempotency-Key" = String, Header, description = "Repeats with the same key are answered, not done again"),
), responses(
    (status = 201, description = "Added", body = RecordView, headers(("ETag" = String, description = "Its version"))),
    (status = 400, description = "Unreadable path, key or body", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
    (status = 409, description = "The same request is still running", body = Problem),
    (status = 413, description = "Too large", body = Problem),
    (status = 415, description = "Not JSON", body = Problem),
    (status = 422, description = "A field is out of bounds, missing, or not of this kind; or the key was used for another request", body = Problem),
    (status = 428, description = "No Idempotency-Key", body = Problem),
))]
#[post("/inventory/{kind}")]
pub async fn add(
    state: Data<AppState>,
    caller: Principal,
    kind: Path<RecordKind>,
    key: IdempotencyKey,
    body: Body<RecordBody>,
    origin: Origin,
) -> Result<HttpResponse, Problem> {
    let wanted = state
        .mailbox
        .audit_of("audit.inventory.add", Interaction::Create, &caller, &origin)
        .entity("ComplianceRecord", kind.as_str());
    state
        .mailbox
        .authorize(&caller, Permission::ComplianceManage, RECORDS_FORBIDDEN_DETAIL, wanted)
        .await?;
    let told = body.value;
    let told = AddRecord {
        kind: kind.into_inner(),
        words: Words {
            title: told.title,
            notes: told.notes,
        },
        owner: told.owner,
        member: told.member,
        due_at: told.due_at,
        repeats_months: told.repeats_months,
        alert_id: told.alert_id,
        discovered_at: told.discovered_at,
        patients: told.patients,
    };
    let digest = once::request_digest(told.kind.as_str(), body.digest);
    let (scope, state, caller, origin) = (once::scope(&caller, "POST inventory"), &state, &caller, &origin);
    let added = |kept| RecordView::new(kept, state.clock.now()).answer(201);
    state
        .mailbox
        .once(scope, &key, digest, |claim| async move {
            Ok(add_record(state, caller, told, &claim, origin, added).await?)
        })
        .await
}

/// A record. Reading it is itself in the log.
#[utoipa::path(tag = "inventory", params(
    ("kind" = RecordKind, Path, description = "What it is"),
    ("record_id" = RecordId, Path, description = "The record"),
), responses(
    (status = 200, description = "The record", body = RecordView, headers(("ETag" = String, description = "Its version"))),
    (status = 400, description = "Unreadable path", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
    (status = 404, description = "Not in this organisation, or of another kind", body = Problem),
))]
#[get("/inventory/{kind}/{record_id}")]
pub async fn read(
    state: Data<AppState>,
    caller: Principal,
    path: Path<(RecordKind, RecordId)>,
    origin: Origin,
) -> Result<HttpResponse, Problem> {
    let wanted = state
        .mailbox
        .audit_of("audit.inventory.read", Interaction::Read, &caller, &origin)
        .entity("ComplianceRecord", path.1);
    state
        .mailbox
        .authorize(&caller, Permission::AuditRead, LOG_FORBIDDEN_DETAIL, wanted)
        .await?;
    let (kind, id) = path.into_inner();
    let kept = get_record(&state, &caller, kind, id, &origin).await?;
    Ok(RecordView::new(kept, state.clock.now()).response(HttpResponse::Ok()))
}

/// Changes a record, or cancels it.
#[utoipa::path(tag = "inventory", request_body = RecordChange, params(
    ("kind" = RecordKind, Path, description = "What it is"),
    ("record_id" = RecordId, Path, description = "The record"),
    ("If-Match" = Option<String>, Header, description = "The version seen, as `\"3\"`; without it the present one is changed"),
), responses(
    (status = 200, description = "The record as it is now", body = RecordView, headers(("ETag" = String, description = "Its version"))),
    (status = 400, description = "Unreadable path, header or body", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
    (status = 404, description = "Not in this organisation, or of another kind", body = Problem),
    (status = 409, description = "It is done or cancelled", body = Problem),
    (status = 412, description = "The record is at another version", body = Problem),
    (status = 413, description = "Too large", body = Problem),
    (status = 415, description = "Not JSON", body = Problem),
    (status = 422, description = "A field is out of bounds, or not of this kind", body = Problem),
))]
#[patch("/inventory/{kind}/{record_id}")]
pub async fn update(
    state: Data<AppState>,
    caller: Principal,
    path: Path<(RecordKind, RecordId)>,
    body: Body<RecordChange>,
    origin: Origin,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let wanted = state
        .mailbox
        .audit_of("audit.inventory.update", Interaction::Update, &caller, &origin)
        .entity("ComplianceRecord", path.1);
    state
        .mailbox
        .authorize(&caller, Permission::ComplianceManage, RECORDS_FORBIDDEN_DETAIL, wanted)
        .await?;
    let change = body.value;
    let change = UpdateRecord {
        if_match: if_match(&request)?,
        title: change.title,
        notes: change.notes,
        owner: change.owner,
        due_at: change.due_at,
        alert_id: change.alert_id,
        discovered_at: change.discovered_at,
        patients: change.patients,
        cancelled: change.cancelled,
    };
    let kept = update_record(&state, &caller, path.into_inner(), change, &origin).await?;
    Ok(RecordView::new(kept, state.clock.now()).response(HttpResponse::Ok()))
}

/// Marks a record done; where it repeats, the next of its kind is added.
#[utoipa::path(tag = "inventory", request_body = CompletionBody, params(
    ("kind" = RecordKind, Path, description = "What it is"),
    ("record_id" = RecordId, Path, description = "The record"),
    ("Idempotency-Key" = String, Header, description = "Repeats with the same key are answered, not done again"),
), responses(
    (status = 200, description = "The record, and the next where it repeats", body = CompletedView),
    (status = 400, description = "Unreadable path, key or body", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
    (status = 404, description = "Not in this organisation, or of another kind", body = Problem),
    (status = 409, description = "It is done or cancelled already, or the same request is still running", body = Problem),
    (status = 413, description = "Too large", body = Problem),
    (status = 415, description = "Not JSON", body = Problem),
    (status = 422, description = "A field is out of bounds, or the key was used for another request", body = Problem),
    (status = 428, description = "No Idempotency-Key", body = Problem),
))]
#[post("/inventory/{kind}/{record_id}/complete")]
pub async fn complete(
    state: Data<AppState>,
    caller: Principal,
    path: Path<(RecordKind, RecordId)>,
    key: IdempotencyKey,
    body: Body<CompletionBody>,
    origin: Origin,
) -> Result<HttpResponse, Problem> {
    let wanted = state
        .mailbox
        .audit_of("audit.inventory.complete", Interaction::Update, &caller, &origin)
        .entity("ComplianceRecord", path.1);
    state
        .mailbox
        .authorize(&caller, Permission::ComplianceManage, RECORDS_FORBIDDEN_DETAIL, wanted)
        .await?;
    let told = CompleteRecord {
        kind: path.0,
        id: path.1,
        notes: body.value.notes,
    };
    let digest = once::request_digest(&format!("{}/{}", told.kind.as_str(), told.id), body.digest);
    let (scope, state, caller, origin) = (
        once::scope(&caller, "POST inventory complete"),
        &state,
        &caller,
        &origin,
    );
    let done = |completed| StoredResponse::json(200_u16, &CompletedView::new(completed, state.clock.now()));
    state
        .mailbox
        .once(scope, &key, digest, |claim| async move {
            Ok(complete_record(state, caller, told, &claim, origin, done).await?)
        })
        .await
}

impl From<InventoryError> for Problem {
    fn from(error: InventoryError) -> Self {
        match &error {
            InventoryError::Unknown => Problem::new(problem::NOT_FOUND),
            InventoryError::VersionMismatch => Problem::new(problem::PRECONDITION_FAILED),
            InventoryError::Concluded => {
                Problem::new(problem::CONFLICT).detail("The record is done or cancelled; add a new one.")
            }
            InventoryError::Field(place, fault) => Problem::new(problem::UNPROCESSABLE).at(*place, *fault),
            InventoryError::Seal(_) | InventoryError::Damaged(_) | InventoryError::Store(_) => {
                Problem::internal(&error)
            }
        }
    }
}
