//! The HTTP server of every service: its routes, and the routes that all services have.

use super::{
    Problem, Routes, answer, compression,
    cors::cors,
    document::{allowed_methods, document},
    plain, span, time_limit,
};
use crate::{
    health::{HealthProbe, Status, overall},
    settings::HttpSettings,
    telemetry::Telemetry,
};
use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer, ResponseError,
    http::header::{ALLOW, HeaderValue},
    middleware::{Compress, from_fn},
    web::{self, Data},
};
use mc_vocabulary::problem;
use std::{collections::BTreeMap, net::TcpListener, sync::Arc, time::Duration};
use tracing_actix_web::TracingLogger;
use utoipa_actix_web::AppExt;

/// The HTTP interface of a service.
#[derive(Clone)]
pub struct Site {
    /// Such as `ehr-proxy`; part of the document's path.
    pub service: &'static str,
    /// Title and description of the OpenAPI document.
    pub about: (&'static str, &'static str),
    /// The routing table.
    pub routes: fn(&mut Routes),
    /// Application data of the handlers (`web::Data`, the token verifier).
    pub data: Arc<dyn Fn(&mut web::ServiceConfig) + Send + Sync>,
    /// The source of health checks.
    pub health: Arc<dyn HealthProbe>,
    /// Whether a request is cancelled when its caller disconnects. True for services that stream
    /// for as long as a client listens. A service that changes state elsewhere completes what it
    /// began.
    pub cancel_on_disconnect: bool,
}

/// Serves `site` on `listener` until stopped.
///
/// # Errors
/// If the listener cannot be used.
pub fn serve(
    listener: TcpListener,
    settings: &HttpSettings,
    telemetry: Arc<Telemetry>,
    site: Site,
) -> std::io::Result<actix_web::dev::Server> {
    let (body_bytes_max, grace_s) = (settings.body_bytes_max, settings.stop_grace_ms.div_ceil(1000));
    let document_path = format!("/api/v1/{}/openapi.json", site.service);
    let api = document(site.about, site.routes);
    let allowed = Data::new(Allowed(allowed_methods(&api)));
    let document = Data::new(serde_json::to_string(&api).unwrap_or_default());
    let finishes = !site.cancel_on_disconnect;
    let cors_origins = settings.cors_origins.clone();
    let time_limit = Duration::from_millis(settings.request_timeout_ms);
    let server = HttpServer::new(move || {
        // The document first: a scope of the service with the same prefix would catch its path.
        let app = App::new().route(&document_path, web::get().to(openapi));
        let (app, _) = app.into_utoipa_app().configure(site.routes).split_for_parts();
        let data = Arc::clone(&site.data);
        app.app_data(web::PayloadConfig::new(body_bytes_max))
            .app_data(Data::from(Arc::clone(&telemetry)))
            .app_data(Data::new(Arc::clone(&site.health)))
            .app_data(document.clone())
            .app_data(allowed.clone())
            .configure(move |config| data(config))
            .configure(fixed_routes)
            .default_service(web::to(unknown_route))
            .wrap(from_fn(move |request, next| {
                time_limit::within(time_limit, request, next)
            }))
            .wrap(from_fn(compression::mark_uncompressed))
            .wrap(Compress::default())
            .wrap(from_fn(compression::unmark))
            .wrap(from_fn(plain::as_problem))
            .wrap(cors(&cors_origins))
            .wrap(from_fn(span::answer_headers))
            .wrap(from_fn(answer::default_headers))
            .wrap(TracingLogger::<span::RequestSpan>::new())
    })
    .workers(settings.workers)
    .shutdown_timeout(grace_s)
    .disable_signals()
    .h1_allow_half_closed(finishes)
    .listen(listener)?
    .run();
    Ok(server)
}

/// Routes for the platform; the front door does not route them.
fn fixed_routes(config: &mut web::ServiceConfig) {
    config
        .route("/health/liveness", web::get().to(liveness))
        .route("/health/readiness", web::get().to(readiness))
        .route("/internal/components", web::get().to(components))
        .route("/internal/evidence", web::get().to(evidence))
        .route("/metrics", web::get().to(metrics));
}

async fn openapi(document: Data<String>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .body(document.as_str().to_owned())
}

async fn liveness() -> HttpResponse {
    HttpResponse::Ok().json(serde_json::json!({ "status": Status::Healthy }))
}

/// From memory: whatever hangs, a probe is answered at once.
async fn readiness(health: Data<Arc<dyn HealthProbe>>) -> HttpResponse {
    let required = health.required();
    let blocked: Vec<_> = required.iter().filter(|c| c.status == Status::Unhealthy).collect();
    if blocked.is_empty() {
        HttpResponse::Ok().json(serde_json::json!({ "status": overall(&required) }))
    } else {
        HttpResponse::ServiceUnavailable()
            .json(serde_json::json!({ "status": Status::Unhealthy, "waiting_for": blocked }))
    }
}

async fn components(health: Data<Arc<dyn HealthProbe>>) -> HttpResponse {
    HttpResponse::Ok().json(health.components().await)
}

async fn evidence(health: Data<Arc<dyn HealthProbe>>) -> HttpResponse {
    HttpResponse::Ok().json(health.evidence().await)
}

async fn metrics(telemetry: Data<Telemetry>) -> Result<HttpResponse, Problem> {
    let text = telemetry.prometheus_text().map_err(|error| Problem::internal(&error))?;
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(text))
}

/// The methods of every path in the document.
struct Allowed(BTreeMap<String, String>);

/// An unknown path, or a known path with another method.
async fn unknown_route(request: HttpRequest, allowed: Data<Allowed>) -> HttpResponse {
    let Some(pattern) = request.resource_map().match_pattern(request.path()) else {
        return Problem::new(problem::NOT_FOUND)
            .detail("No such route; see the OpenAPI document of the service.")
            .error_response();
    };
    // a path that is in no document is read only
    let allow = allowed.0.get(&pattern).map_or("GET", String::as_str);
    let mut response = Problem::new(problem::METHOD_NOT_ALLOWED).error_response();
    if let Ok(allow) = HeaderValue::from_str(allow) {
        response.headers_mut().insert(ALLOW, allow);
    }
    response
}
