//! Reads, searches and updates of resources.

use super::{PublicUrl, bearer, discovery::READABLE, refused};
use crate::{
    AppState,
    actions::{
        authorize::ChartError,
        read_chart::{Found, Versioned, read_chart, search_charts},
        update_encounter::update_encounter as updating,
    },
    domain::search::Search,
    routes::error_formats::FHIR_JSON,
};
use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    http::header::{ETAG, HttpDate, IF_MATCH, LAST_MODIFIED},
    web::{Bytes, Data, Path},
};
use mc_fhir::{BundleKind, write_bundle};
use url::form_urlencoded;

/// `GET [base]/[type]/[id]`.
pub async fn read(state: Data<AppState>, request: HttpRequest, path: Path<(String, String)>) -> HttpResponse {
    let (resource_type, id) = path.into_inner();
    read_as(&state, &request, &resource_type, &id).await
}

/// `GET [base]/Encounter/[id]`.
pub async fn read_encounter(state: Data<AppState>, request: HttpRequest, id: Path<String>) -> HttpResponse {
    read_as(&state, &request, "Encounter", &id).await
}

async fn read_as(state: &AppState, request: &HttpRequest, resource_type: &str, id: &str) -> HttpResponse {
    if !READABLE.contains(&resource_type) {
        return refused(ChartError::NotFound);
    }
    match read_chart(state, bearer(request.headers()), resource_type, id).await {
        Ok(found) => versioned(&found),
        Err(error) => refused(error),
    }
}

/// `PUT [base]/Encounter/[id]` under `If-Match`.
pub async fn update_encounter(
    state: Data<AppState>,
    request: HttpRequest,
    id: Path<String>,
    body: Bytes,
) -> HttpResponse {
    if !matches!(request.content_type(), "application/fhir+json" | "application/json") {
        return refused(ChartError::Parameter("header:Content-Type"));
    }
    let if_match = request
        .headers()
        .get(IF_MATCH)
        .map(|value| value.to_str().unwrap_or_default());
    match updating(&state, bearer(request.headers()), &id, if_match, &body).await {
        Ok(updated) => versioned(&updated),
        Err(error) => refused(error),
    }
}

/// `GET [base]/[type]?…`.
pub async fn search(state: Data<AppState>, request: HttpRequest, resource_type: Path<String>) -> HttpResponse {
    search_by(&state, &request, &resource_type, request.query_string().as_bytes()).await
}

/// `POST [base]/[type]/_search`: the same with the parameters in the body.
pub async fn search_by_form(
    state: Data<AppState>,
    request: HttpRequest,
    resource_type: Path<String>,
    body: Bytes,
) -> HttpResponse {
    search_by(&state, &request, &resource_type, &body).await
}

async fn search_by(state: &AppState, request: &HttpRequest, resource_type: &str, text: &[u8]) -> HttpResponse {
    if !READABLE.contains(&resource_type) {
        return refused(ChartError::NotFound);
    }
    let parameters: Vec<(String, String)> = form_urlencoded::parse(text)
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    let pairs = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let search = match Search::read(resource_type, pairs) {
        Ok(search) => search,
        Err(name) => return refused(ChartError::Parameter(name)),
    };
    match search_charts(state, bearer(request.headers()), resource_type, &search).await {
        Ok(found) => bundle(&PublicUrl::of(request), resource_type, &parameters, &found),
        Err(error) => refused(error),
    }
}

/// A searchset whose `total` counts every page, with a link to the next one.
fn bundle(public: &PublicUrl, resource_type: &str, parameters: &[(String, String)], found: &Found) -> HttpResponse {
    let base = public.fhir_base();
    let text = write_bundle(BundleKind::Searchset, &found.resources, Some(&base));
    let url = |offset: Option<usize>| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(parameters.iter().filter(|(name, _)| name != "_offset"));
        if let Some(offset) = offset {
            query.append_pair("_offset", &offset.to_string());
        }
        format!("{base}/{resource_type}?{}", query.finish())
    };
    let mut links = vec![serde_json::json!({ "relation": "self", "url": url(None) })];
    if found.next_offset.is_some() {
        links.push(serde_json::json!({ "relation": "next", "url": url(found.next_offset) }));
    }
    let page = format!("\"total\":{}", found.resources.len());
    let whole = format!("\"total\":{},\"link\":{}", found.total, serde_json::Value::from(links));
    HttpResponse::Ok()
        .content_type(FHIR_JSON)
        .body(text.replacen(&page, &whole, 1))
}

fn versioned(found: &Versioned) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((ETAG, format!("W/\"{}\"", found.version)))
        .insert_header((
            LAST_MODIFIED,
            HttpDate::from(std::time::SystemTime::from(found.updated_at)).to_string(),
        ))
        .content_type(FHIR_JSON)
        .body(found.resource.to_json())
}
