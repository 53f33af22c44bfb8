//! The log as FHIR R4 AuditEvents: IHE ATNA "Retrieve Audit Event" (ITI-81). Read only.

use crate::{
    AppState,
    actions::log::{
        Page, read_event,
        search_events::{self, SearchEvents},
    },
    domain::{
        audit_event::audit_event,
        fhir_capabilities::capabilities,
        fhir_search::{self, FhirSearch},
    },
    routes::log::{
        events::{ReadEvent, SearchLog},
        fhir_outcome::FhirProblems,
    },
};
use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Query},
};
use mc_access::{Authorized, RequestContext};
use mc_chassis::http::{Path, Problem, RawBody};
use mc_fhir::{FHIR_JSON, InvalidParameter, SearchPage, search::query_string};
use mc_vocabulary::{EventId, problem};
use serde_json::Value;

type Pairs = Vec<(String, String)>;

/// What this server can do.
#[utoipa::path(tag = "fhir", security(()), responses((status = 200, description = "CapabilityStatement", body = Value, content_type = "application/fhir+json")))]
#[get("/metadata")]
pub async fn metadata(request: HttpRequest) -> HttpResponse {
    fhir(&capabilities(&base(&request)))
}

/// Searches AuditEvents (ITI-81). An unknown parameter is refused, because a result for a part of
/// the query would be wrong.
#[utoipa::path(operation_id = "search_audit_events", tag = "fhir", params(
    ("date" = Option<Vec<String>>, Query, description = "When: `2026-11`, `ge2026-11-01`; may stand twice", style = Form, explode = true),
    ("patient" = Option<String>, Query, description = "Pseudonym"),
    ("agent" = Option<String>, Query, description = "User or client id"),
    ("address" = Option<String>, Query, description = "IP address of the caller"),
    ("action" = Option<String>, Query, description = "C, R, U, D, E"),
    ("outcome" = Option<String>, Query, description = "0 success, 4 refused, 8 failed"),
    ("type" = Option<String>, Query, description = "Such as `rest`, `110114`"),
    ("subtype" = Option<String>, Query, description = "Such as `read`, `110122`, or our own name of an action"),
    ("entity" = Option<String>, Query, description = "Such as `Encounter/enc-1`"),
    ("entity-type" = Option<String>, Query, description = "1 or 2"),
    ("entity-role" = Option<String>, Query, description = "1, 4, 11, 13 or 24"),
    ("source" = Option<String>, Query, description = "The service that recorded it"),
    ("policy" = Option<String>, Query, description = "Always without result"),
    ("_id" = Option<String>, Query, description = "Id of the AuditEvent"),
    ("_lastUpdated" = Option<String>, Query, description = "When it entered the log"),
    ("_sort" = Option<String>, Query, description = "date, _lastUpdated, patient, agent, subtype or entity; `-` before it for descending order; default `-date`"),
    ("_count" = Option<i64>, Query, description = "Resources a page, at most 500", minimum = 1),
    ("_cursor" = Option<String>, Query, description = "As the next link has it"),
), responses((status = 200, description = "Bundle of type searchset", body = Value, content_type = "application/fhir+json"), FhirProblems))]
#[get("/AuditEvent")]
pub async fn search(
    state: Data<AppState>,
    context: Authorized<SearchLog>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    answer(&context, &state, &request, pairs(request.query_string())?).await
}

/// Searches AuditEvents, with the parameters in a form.
#[utoipa::path(tag = "fhir", request_body(content = String, content_type = "application/x-www-form-urlencoded", description = "Parameters as in the search by GET"),
    responses((status = 200, description = "Bundle of type searchset", body = Value, content_type = "application/fhir+json"), FhirProblems))]
#[post("/AuditEvent/_search")]
pub async fn search_by_post(
    state: Data<AppState>,
    context: Authorized<SearchLog>,
    request: HttpRequest,
    RawBody(body): RawBody,
) -> Result<HttpResponse, Problem> {
    let mut requested = pairs(request.query_string())?;
    if !body.is_empty() {
        let kind = actix_web::HttpMessage::content_type(&request);
        if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(Problem::new(problem::UNSUPPORTED_MEDIA_TYPE)
                .at("header:Content-Type", "expected application/x-www-form-urlencoded"));
        }
        let form = std::str::from_utf8(&body).map_err(|_| not_readable())?;
        requested.extend(pairs(form)?);
    }
    answer(&context, &state, &request, requested).await
}

/// One AuditEvent.
#[utoipa::path(operation_id = "get_audit_event", tag = "fhir", params(("id" = EventId, Path, description = "Id of the AuditEvent")),
    responses((status = 200, description = "AuditEvent", body = Value, content_type = "application/fhir+json"), FhirProblems))]
#[get("/AuditEvent/{id:[0-9a-fA-F-]+}")]
pub async fn read(
    state: Data<AppState>,
    context: Authorized<ReadEvent>,
    id: Path<EventId>,
) -> Result<HttpResponse, Problem> {
    let event = read_event::execute(&context, &state, *id).await?;
    let event = event.ok_or_else(|| Problem::new(problem::NOT_FOUND).detail("There is no such AuditEvent."))?;
    Ok(fhir(&audit_event(&event.leaf)))
}

async fn answer(
    context: &RequestContext,
    state: &AppState,
    request: &HttpRequest,
    requested: Pairs,
) -> Result<HttpResponse, Problem> {
    let understood = fhir_search::read(&requested).map_err(invalid)?;
    let page = match &understood.id {
        Some(id) => by_id(context, state, id).await?,
        None => by_fields(context, state, understood, &requested).await?,
    };
    Ok(fhir(&bundle(&base(request), &requested, &page)))
}

async fn by_id(context: &RequestContext, state: &AppState, id: &str) -> Result<Page, Problem> {
    let event = match id.parse::<EventId>() {
        Ok(id) => read_event::execute(context, state, id).await?,
        Err(_) => None,
    };
    Ok(Page {
        events: event.into_iter().collect(),
        next: None,
    })
}

async fn by_fields(
    context: &RequestContext,
    state: &AppState,
    understood: FhirSearch,
    requested: &Pairs,
) -> Result<Page, Problem> {
    let mut wanted = understood.search;
    if understood.nothing {
        wanted.limit = 0;
    }
    let command = SearchEvents {
        search: wanted,
        cursor: understood.cursor,
        request: format!("GET AuditEvent?{}", query_string(requested)),
        patient_id: None,
    };
    Ok(search_events::execute(context, state, command).await?)
}

fn bundle(base: &str, query: &Pairs, page: &Page) -> Value {
    let entries = page.events.iter().map(|logged| {
        let id = logged.leaf.event_id.to_string();
        (id, audit_event(&logged.leaf))
    });
    let page = SearchPage {
        base,
        resource_type: "AuditEvent",
        query,
        next: page.next.as_deref(),
        entries: entries.collect(),
    };
    page.to_json()
}

/// Address of this server as the caller sees it.
fn base(request: &HttpRequest) -> String {
    let connection = request.connection_info();
    format!(
        "{}://{}/api/v1/integrations/audit/fhir",
        connection.scheme(),
        connection.host()
    )
}

fn pairs(query: &str) -> Result<Pairs, Problem> {
    if query.contains("%00") {
        return Err(not_readable());
    }
    Query::<Pairs>::from_query(query)
        .map(Query::into_inner)
        .map_err(|_| not_readable())
}

fn not_readable() -> Problem {
    Problem::new(problem::BAD_REQUEST).detail("The parameters cannot be read.")
}

fn fhir(resource: &Value) -> HttpResponse {
    HttpResponse::Ok().content_type(FHIR_JSON).body(resource.to_string())
}

fn invalid(error: InvalidParameter) -> Problem {
    Problem::new(problem::BAD_REQUEST).at(format!("query:{}", error.parameter), error.reason)
}
