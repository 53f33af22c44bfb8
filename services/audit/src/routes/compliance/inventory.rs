//! The inventory of compliance: agreements, risk assessments, trainings, incidents.

use crate::{
    AppState,
    actions::compliance::inventory::{
        InventoryError, RecordText,
        add_record::{self, AddRecord},
        complete_record::{self, CompleteRecord},
        get_record, list_records,
        update_record::{self, UpdateRecord},
    },
    domain::RecordKind,
    routes::{
        LOG_FORBIDDEN_DETAIL, RECORDS_FORBIDDEN_DETAIL,
        compliance::{
            inventory_body::{CompletionBody, RecordBody, RecordChange, RecordsQuery},
            inventory_view::{CompletedView, RecordView, Records},
        },
        idempotency,
        preconditions::if_match,
    },
    store::compliance::inventory::Filter,
};
use actix_web::{HttpRequest, HttpResponse, get, patch, post, web::Data};
use chrono::Duration;
use mc_access::{Authorized, Operation, path_id};
use mc_chassis::http::{Body, IdempotencyKey, Params, Path, Problem};
use mc_contracts::{AuditRecord, Interaction};
use mc_idempotency::StoredResponse;
use mc_vocabulary::{Permission, RecordId, problem};

/// Lists records.
pub struct ListInventory;

impl Operation for ListInventory {
    const ACTION: &str = "audit.inventory.list";
    const INTERACTION: Interaction = Interaction::Execute;
    const PERMISSION: Option<Permission> = Some(Permission::AuditRead);
    const FORBIDDEN_DETAIL: &str = LOG_FORBIDDEN_DETAIL;

    fn describe(record: AuditRecord, request: &HttpRequest) -> AuditRecord {
        match path_id::<RecordKind>(request, "kind") {
            Some(kind) => record.entity("ComplianceRecord", kind.as_str()),
            None => record,
        }
    }
}

/// Adds a record.
pub struct AddInventory;

impl Operation for AddInventory {
    const ACTION: &str = "audit.inventory.add";
    const INTERACTION: Interaction = Interaction::Create;
    const PERMISSION: Option<Permission> = Some(Permission::ComplianceManage);
    const FORBIDDEN_DETAIL: &str = RECORDS_FORBIDDEN_DETAIL;

    fn describe(record: AuditRecord, request: &HttpRequest) -> AuditRecord {
        match path_id::<RecordKind>(request, "kind") {
            Some(kind) => record.entity("ComplianceRecord", kind.as_str()),
            None => record,
        }
    }
}

/// Reads a record.
pub struct ReadInventory;

impl Operation for ReadInventory {
    const ACTION: &str = "audit.inventory.read";
    const INTERACTION: Interaction = Interaction::Read;
    const PERMISSION: Option<Permission> = Some(Permission::AuditRead);
    const FORBIDDEN_DETAIL: &str = LOG_FORBIDDEN_DETAIL;

    fn describe(record: AuditRecord, request: &HttpRequest) -> AuditRecord {
        match path_id::<RecordId>(request, "record_id") {
            Some(id) => record.entity("ComplianceRecord", id),
            None => record,
        }
    }
}

/// Changes a record.
pub struct ChangeInventory;

impl Operation for ChangeInventory {
    const ACTION: &str = "audit.inventory.update";
    const INTERACTION: Interaction = Interaction::Update;
    const PERMISSION: Option<Permission> = Some(Permission::ComplianceManage);
    const FORBIDDEN_DETAIL: &str = RECORDS_FORBIDDEN_DETAIL;

    fn describe(record: AuditRecord, request: &HttpRequest) -> AuditRecord {
        match path_id::<RecordId>(request, "record_id") {
            Some(id) => record.entity("ComplianceRecord", id),
            None => record,
        }
    }
}

/// Marks a record done.
pub struct CompleteInventory;

impl Operation for CompleteInventory {
    const ACTION: &str = "audit.inventory.complete";
    const INTERACTION: Interaction = Interaction::Update;
    const PERMISSION: Option<Permission> = Some(Permission::ComplianceManage);
    const FORBIDDEN_DETAIL: &str = RECORDS_FORBIDDEN_DETAIL;

    fn describe(record: AuditRecord, request: &HttpRequest) -> AuditRecord {
        match path_id::<RecordId>(request, "record_id") {
            Some(id) => record.entity("ComplianceRecord", id),
            None => record,
        }
    }
}

/// Records of one kind, newest first. The read is recorded in the log.
#[utoipa::path(operation_id = "list_inventory", tag = "inventory", params(("kind" = RecordKind, Path, description = "What they are"), RecordsQuery), responses(
    (status = 200, description = "A page", body = Records),
    (status = 400, description = "Unreadable path or query", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
    (status = 422, description = "A parameter is out of bounds", body = Problem),
))]
#[get("/inventory/{kind}")]
pub async fn list(
    state: Data<AppState>,
    context: Authorized<ListInventory>,
    kind: Path<RecordKind>,
    query: Params<RecordsQuery>,
) -> Result<HttpResponse, Problem> {
    let (query, now) = (query.0, state.clock.now());
    let wanted = Filter {
        state: query.state,
        due_before: query.due_within_days.map(|days| now + Duration::days(days)),
        before: query.before,
        // One more than the page shows whether there is a next page.
        limit: query.limit + 1,
    };
    let found = list_records::execute(&context, &state, kind.into_inner(), &wanted).await?;
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
    context: Authorized<AddInventory>,
    kind: Path<RecordKind>,
    key: IdempotencyKey,
    body: Body<RecordBody>,
) -> Result<HttpResponse, Problem> {
    let fields = body.value;
    let command = AddRecord {
        kind: kind.into_inner(),
        words: RecordText {
            title: fields.title,
            notes: fields.notes,
        },
        owner: fields.owner,
        member: fields.member,
        due_at: fields.due_at,
        repeats_months: fields.repeats_months,
        alert_id: fields.alert_id,
        discovered_at: fields.discovered_at,
        patients: fields.patients,
    };
    let digest = idempotency::request_digest(command.kind.as_str(), body.digest);
    let (state, context) = (&state, &*context);
    let added = |opened| RecordView::new(opened, state.clock.now()).answer(201);
    state
        .idempotency
        .once(context, "POST inventory", &key, digest, |claim| async move {
            Ok(add_record::execute(context, state, command, &claim, added).await?)
        })
        .await
}

/// One record. The read is recorded in the log.
#[utoipa::path(operation_id = "get_inventory_record", tag = "inventory", params(
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
    context: Authorized<ReadInventory>,
    path: Path<(RecordKind, RecordId)>,
) -> Result<HttpResponse, Problem> {
    let (kind, id) = path.into_inner();
    let kept = get_record::execute(&context, &state, kind, id).await?;
    Ok(RecordView::new(kept, state.clock.now()).response(HttpResponse::Ok()))
}

/// Changes a record, or cancels it.
#[utoipa::path(operation_id = "update_inventory_record", tag = "inventory", request_body = RecordChange, params(
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
    context: Authorized<ChangeInventory>,
    path: Path<(RecordKind, RecordId)>,
    body: Body<RecordChange>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
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
    let kept = update_record::execute(&context, &state, path.into_inner(), change).await?;
    Ok(RecordView::new(kept, state.clock.now()).response(HttpResponse::Ok()))
}

/// Marks a record done. Where it repeats, the next record is added.
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
    context: Authorized<CompleteInventory>,
    path: Path<(RecordKind, RecordId)>,
    key: IdempotencyKey,
    body: Body<CompletionBody>,
) -> Result<HttpResponse, Problem> {
    let command = CompleteRecord {
        kind: path.0,
        id: path.1,
        notes: body.value.notes,
    };
    let digest = idempotency::request_digest(&format!("{}/{}", command.kind.as_str(), command.id), body.digest);
    let (state, context) = (&state, &*context);
    let done = |completed| StoredResponse::json(200_u16, &CompletedView::new(completed, state.clock.now()));
    state
        .idempotency
        .once(context, "POST inventory complete", &key, digest, |claim| async move {
            Ok(complete_record::execute(context, state, command, &claim, done).await?)
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
