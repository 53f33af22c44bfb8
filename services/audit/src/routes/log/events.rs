//! Searching the log, and single events.

use crate::{
    AppState,
    actions::log::{
        CursorError, Page, read_event,
        search_events::{self, SearchEvents, SearchEventsError},
        unmask_event::{self, UnmaskEventError},
    },
    routes::{
        LOG_FORBIDDEN_DETAIL,
        log::{event_view::EventView, events_query::EventsQuery},
    },
};
use actix_web::{HttpRequest, HttpResponse, get, post, web::Data};
use garde::Validate;
use mc_access::{Authorized, Operation, RequestContext, path_id};
use mc_chassis::http::{Body, Params, Path, Problem};
use mc_contracts::{AuditRecord, Interaction};
use mc_vocabulary::{EventId, PatientId, Permission, problem};
use serde::{Deserialize, Serialize};

/// A page of the log.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Events {
    events: Vec<EventView>,
    /// `cursor` of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl From<Page> for Events {
    fn from(page: Page) -> Self {
        Self {
            events: page.events.into_iter().map(EventView::from).collect(),
            next: page.next,
        }
    }
}

/// A search that names a patient.
#[derive(Debug, Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchBody {
    /// The patient's id. It is accepted in the body only, so that it is in no URL.
    #[garde(skip)]
    #[serde(default)]
    patient_id: Option<PatientId>,
    /// Further filters, as in `GET /events`.
    #[garde(dive)]
    #[serde(default)]
    filters: EventsQuery,
}

/// Why the patient is unmasked.
#[derive(Debug, Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnmaskBody {
    /// Recorded in the log: what it is needed for, without naming the patient.
    #[garde(length(chars, min = 10, max = 500))]
    #[schema(min_length = 10, max_length = 500)]
    justification: String,
}

/// The patient of an event.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Unmasked {
    event_id: EventId,
    patient_id: PatientId,
}

/// Searches the log.
pub struct SearchLog;

impl Operation for SearchLog {
    const ACTION: &str = "audit.events.search";
    const INTERACTION: Interaction = Interaction::Execute;
    const PERMISSION: Option<Permission> = Some(Permission::AuditRead);
    const FORBIDDEN_DETAIL: &str = LOG_FORBIDDEN_DETAIL;
}

/// Reads one event.
pub struct ReadEvent;

impl Operation for ReadEvent {
    const ACTION: &str = "audit.event.read";
    const INTERACTION: Interaction = Interaction::Read;
    const PERMISSION: Option<Permission> = Some(Permission::AuditRead);
    const FORBIDDEN_DETAIL: &str = LOG_FORBIDDEN_DETAIL;

    fn describe(record: AuditRecord, request: &HttpRequest) -> AuditRecord {
        match path_id::<EventId>(request, "event_id").or_else(|| path_id(request, "id")) {
            Some(id) => record.entity("AuditEvent", id),
            None => record,
        }
    }
}

/// Reads the patient of an event.
pub struct UnmaskEvent;

impl Operation for UnmaskEvent {
    const ACTION: &str = "audit.event.unmask";
    const INTERACTION: Interaction = Interaction::Read;
    const PERMISSION: Option<Permission> = Some(Permission::AuditUnmask);
    const FORBIDDEN_DETAIL: &str = "Only compliance may ask whom an event is about.";

    fn describe(record: AuditRecord, request: &HttpRequest) -> AuditRecord {
        match path_id::<EventId>(request, "event_id") {
            Some(id) => record.entity("AuditEvent", id),
            None => record,
        }
    }
}

/// Searches the log of the caller's organization by any field, sorted by any element (45 CFR
/// 170.315(d)(3)).
#[utoipa::path(operation_id = "search_events", tag = "events", params(EventsQuery), responses(
    (status = 200, description = "A page of events", body = Events),
    (status = 400, description = "Unreadable query, or a cursor of another question", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
    (status = 422, description = "A parameter is out of bounds", body = Problem),
))]
#[get("/events")]
pub async fn search(
    state: Data<AppState>,
    context: Authorized<SearchLog>,
    query: Params<EventsQuery>,
) -> Result<HttpResponse, Problem> {
    let command = query.0.into_command("GET /events", None);
    answer(&context, &state, command).await
}

/// Searches as `GET /events` does, for a patient named by id.
#[utoipa::path(tag = "events", request_body = SearchBody, responses(
    (status = 200, description = "A page of events", body = Events),
    (status = 400, description = "A cursor of another question", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
))]
#[post("/events/search")]
pub async fn search_by_patient(
    state: Data<AppState>,
    context: Authorized<SearchLog>,
    body: Body<SearchBody>,
) -> Result<HttpResponse, Problem> {
    let command = body
        .value
        .filters
        .into_command("POST /events/search", body.value.patient_id);
    answer(&context, &state, command).await
}

async fn answer(context: &RequestContext, state: &AppState, command: SearchEvents) -> Result<HttpResponse, Problem> {
    let page = search_events::execute(context, state, command).await?;
    Ok(HttpResponse::Ok().json(Events::from(page)))
}

/// One event.
#[utoipa::path(operation_id = "get_event", tag = "events", params(("event_id" = EventId, Path, description = "The event")), responses(
    (status = 200, description = "The event", body = EventView),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
    (status = 404, description = "No such event", body = Problem),
))]
#[get("/events/{event_id:[0-9a-fA-F-]+}")]
pub async fn read(
    state: Data<AppState>,
    context: Authorized<ReadEvent>,
    event_id: Path<EventId>,
) -> Result<HttpResponse, Problem> {
    let event = read_event::execute(&context, &state, *event_id).await?;
    let event = event.ok_or_else(|| Problem::new(problem::NOT_FOUND).detail("There is no such event."))?;
    Ok(HttpResponse::Ok().json(EventView::from(event)))
}

/// Returns the patient of an event. It needs a permission of its own; the request and its reason
/// are recorded before the response.
#[utoipa::path(tag = "events", params(("event_id" = EventId, Path, description = "The event")), request_body = UnmaskBody, responses(
    (status = 200, description = "The patient's id", body = Unmasked),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Not allowed to unmask", body = Problem),
    (status = 404, description = "No such event, or it is about no patient", body = Problem),
))]
#[post("/events/{event_id}/unmask")]
pub async fn unmask(
    state: Data<AppState>,
    context: Authorized<UnmaskEvent>,
    event_id: Path<EventId>,
    body: Body<UnmaskBody>,
) -> Result<HttpResponse, Problem> {
    let justification = body.value.justification.trim();
    let patient_id = unmask_event::execute(&context, &state, *event_id, justification).await?;
    Ok(HttpResponse::Ok().json(Unmasked {
        event_id: *event_id,
        patient_id,
    }))
}

impl From<SearchEventsError> for Problem {
    fn from(error: SearchEventsError) -> Self {
        match error {
            SearchEventsError::Cursor(CursorError::Foreign) => {
                Problem::new(problem::BAD_REQUEST).at("query:cursor", "is not a cursor of this question")
            }
            error => Problem::internal(&error),
        }
    }
}

impl From<UnmaskEventError> for Problem {
    fn from(error: UnmaskEventError) -> Self {
        match error {
            UnmaskEventError::Unknown => {
                Problem::new(problem::NOT_FOUND).detail("There is no such event, or it is about no patient.")
            }
            error => Problem::internal(&error),
        }
    }
}
