//! Searching the log, and single events of it.

use crate::{
    AppState,
    actions::log::{
        CursorError, Page,
        read_event::read_event,
        search_events::{SearchEvents, SearchEventsError, search_events},
        unmask_event::{UnmaskEventError, unmask_event},
    },
    routes::{
        LOG_FORBIDDEN_DETAIL,
        log::{event_view::EventView, events_query::EventsQuery},
    },
};
use actix_web::{
    HttpResponse, get, post,
    web::{Data, Path},
};
use garde::Validate;
use mc_access::Principal;
use mc_chassis::http::{Body, Origin, Params, Problem};
use mc_contracts::Interaction;
use mc_vocabulary::{EventId, PatientId, Permission, problem};
use serde::{Deserialize, Serialize};

/// A page of the log.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Events {
    events: Vec<EventView>,
    /// Ask the same with this `cursor` for what follows; absent on the last page.
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

/// What is searched for, where it names a patient.
#[derive(Debug, Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchBody {
    /// The patient's own id: it stands in a body and nowhere else.
    #[garde(skip)]
    #[serde(default)]
    patient_id: Option<PatientId>,
    /// The rest, as in `GET /events`.
    #[garde(dive)]
    #[serde(default)]
    filters: EventsQuery,
}

/// Why the patient is unmasked.
#[derive(Debug, Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnmaskBody {
    /// Goes on record: what it is needed for, without saying who the patient is.
    #[garde(length(chars, min = 10, max = 500))]
    #[schema(min_length = 10, max_length = 500)]
    justification: String,
}

/// Whom an event is about.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Unmasked {
    event_id: EventId,
    patient_id: PatientId,
}

/// Searches the caller's organisation's log by any field, in the order of any element (45 CFR 170.315(d)(3)).
#[utoipa::path(tag = "events", params(EventsQuery), responses(
    (status = 200, description = "A page of events", body = Events),
    (status = 400, description = "Unreadable query, or a cursor of another question", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
    (status = 422, description = "A parameter is out of bounds", body = Problem),
))]
#[get("/events")]
pub async fn search(
    state: Data<AppState>,
    caller: Principal,
    query: Params<EventsQuery>,
    origin: Origin,
) -> Result<HttpResponse, Problem> {
    let wanted = state
        .mailbox
        .audit_of("audit.events.search", Interaction::Execute, &caller, &origin);
    state
        .mailbox
        .authorize(&caller, Permission::AuditRead, LOG_FORBIDDEN_DETAIL, wanted)
        .await?;
    let command = query.0.into_command("GET /events", None);
    answer(&state, &caller, command, &origin).await
}

/// Searches as `GET /events` does, for a patient named by their own id.
#[utoipa::path(tag = "events", request_body = SearchBody, responses(
    (status = 200, description = "A page of events", body = Events),
    (status = 400, description = "A cursor of another question", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
))]
#[post("/events/search")]
pub async fn search_by_patient(
    state: Data<AppState>,
    caller: Principal,
    body: Body<SearchBody>,
    origin: Origin,
) -> Result<HttpResponse, Problem> {
    let wanted = state
        .mailbox
        .audit_of("audit.events.search", Interaction::Execute, &caller, &origin);
    state
        .mailbox
        .authorize(&caller, Permission::AuditRead, LOG_FORBIDDEN_DETAIL, wanted)
        .await?;
    let command = body
        .value
        .filters
        .into_command("POST /events/search", body.value.patient_id);
    answer(&state, &caller, command, &origin).await
}

async fn answer(
    state: &AppState,
    caller: &Principal,
    command: SearchEvents,
    origin: &Origin,
) -> Result<HttpResponse, Problem> {
    let page = search_events(state, caller, command, origin).await?;
    Ok(HttpResponse::Ok().json(Events::from(page)))
}

/// One event.
#[utoipa::path(tag = "events", params(("event_id" = EventId, Path, description = "The event")), responses(
    (status = 200, description = "The event", body = EventView),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
    (status = 404, description = "No such event", body = Problem),
))]
#[get("/events/{event_id:[0-9a-fA-F-]+}")]
pub async fn read(
    state: Data<AppState>,
    caller: Principal,
    event_id: Path<EventId>,
    origin: Origin,
) -> Result<HttpResponse, Problem> {
    let wanted = state
        .mailbox
        .audit_of("audit.event.read", Interaction::Read, &caller, &origin)
        .entity("AuditEvent", *event_id);
    state
        .mailbox
        .authorize(&caller, Permission::AuditRead, LOG_FORBIDDEN_DETAIL, wanted)
        .await?;
    let event = read_event(&state, &caller, *event_id, &origin).await?;
    let event = event.ok_or_else(|| Problem::new(problem::NOT_FOUND).detail("There is no such event."))?;
    Ok(HttpResponse::Ok().json(EventView::from(event)))
}

/// Says whom an event is about. A right of its own; the asking is on record, with its reason, before the answer.
#[utoipa::path(tag = "events", params(("event_id" = EventId, Path, description = "The event")), request_body = UnmaskBody, responses(
    (status = 200, description = "The patient's id", body = Unmasked),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Not allowed to unmask", body = Problem),
    (status = 404, description = "No such event, or it is about no patient", body = Problem),
))]
#[post("/events/{event_id}/unmask")]
pub async fn unmask(
    state: Data<AppState>,
    caller: Principal,
    event_id: Path<EventId>,
    body: Body<UnmaskBody>,
    origin: Origin,
) -> Result<HttpResponse, Problem> {
    let wanted = state
        .mailbox
        .audit_of("audit.event.unmask", Interaction::Read, &caller, &origin)
        .entity("AuditEvent", *event_id);
    state
        .mailbox
        .authorize(
            &caller,
            Permission::AuditUnmask,
            "Only compliance may ask whom an event is about.",
            wanted,
        )
        .await?;
    let justification = body.value.justification.trim();
    let patient_id = unmask_event(&state, &caller, *event_id, justification, &origin).await?;
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
