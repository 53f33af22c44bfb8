//! The EHR: SMART Backend Services and FHIR R4.

mod charts;
mod discovery;
mod token;

use super::error_formats;
use crate::{AppState, actions::authorize::ChartError};
use actix_web::{
    FromRequest, HttpRequest, HttpResponse, ResponseError,
    dev::Payload,
    http::{
        StatusCode,
        header::{AUTHORIZATION, HOST, HeaderMap, RETRY_AFTER},
    },
    web::{self, Data},
};
use mc_chassis::http::Problem;
use std::{
    convert::Infallible,
    future::{Ready, ready},
};

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/oauth2/token", web::post().to(token::token))
        .service(
            web::scope("/fhir/r4")
                .route("/metadata", web::get().to(discovery::metadata))
                .route(
                    "/.well-known/smart-configuration",
                    web::get().to(discovery::smart_configuration),
                )
                .service(
                    web::resource("/Encounter/{id}")
                        .route(web::get().to(charts::read_encounter))
                        .route(web::put().to(charts::update_encounter)),
                )
                .route("/{resource_type}", web::get().to(charts::search))
                .route("/{resource_type}/_search", web::post().to(charts::search_by_form))
                .route("/{resource_type}/{id}", web::get().to(charts::read))
                .default_service(web::to(unknown_path)),
        )
        .default_service(web::to(unknown_path));
}

/// Address at which the caller reaches the sandbox, without a trailing slash: the setting, or the
/// `Host` header.
struct PublicUrl(String);

impl PublicUrl {
    fn of(request: &HttpRequest) -> Self {
        let set = request
            .app_data::<Data<AppState>>()
            .and_then(|state| state.settings.ehr.public_url.as_ref());
        let host = request
            .headers()
            .get(HOST)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("127.0.0.1:8107");
        Self(set.map_or_else(
            || format!("http://{host}"),
            |url| url.as_str().trim_end_matches('/').to_owned(),
        ))
    }

    fn token_url(&self) -> String {
        format!("{}/ehr/oauth2/token", self.0)
    }

    fn fhir_base(&self) -> String {
        format!("{}/ehr/fhir/r4", self.0)
    }
}

impl FromRequest for PublicUrl {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request)))
    }
}

async fn unknown_path() -> HttpResponse {
    error_formats::outcome(StatusCode::NOT_FOUND, "not-found", "no such route")
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers
        .get(AUTHORIZATION)?
        .to_str()
        .ok()?
        .strip_prefix("Bearer ")
        .map(str::trim)
}

fn refused(error: ChartError) -> HttpResponse {
    let diagnostics = error.to_string();
    let (status, code) = match error {
        ChartError::NoToken => (StatusCode::UNAUTHORIZED, "login"),
        ChartError::Scope => (StatusCode::FORBIDDEN, "forbidden"),
        ChartError::NotFound => (StatusCode::NOT_FOUND, "not-found"),
        ChartError::Throttled => (StatusCode::TOO_MANY_REQUESTS, "throttled"),
        ChartError::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "transient"),
        ChartError::Parameter(_) => (StatusCode::BAD_REQUEST, "required"),
        ChartError::NoVersion => (StatusCode::PRECONDITION_REQUIRED, "required"),
        ChartError::Conflict => (StatusCode::PRECONDITION_FAILED, "conflict"),
        ChartError::Unreadable(_) => (StatusCode::BAD_REQUEST, "structure"),
        ChartError::Element(..) => (StatusCode::UNPROCESSABLE_ENTITY, "invalid"),
        ChartError::Stored(_) => (StatusCode::INTERNAL_SERVER_ERROR, "exception"),
        ChartError::Database(error) => return Problem::from(error).error_response(),
    };
    let mut answer = error_formats::outcome(status, code, &diagnostics);
    if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
        answer.headers_mut().insert(RETRY_AFTER, 1.into());
    }
    answer
}
