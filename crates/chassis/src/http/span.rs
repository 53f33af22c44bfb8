//! The root span of a request: route template and status, never path, query, address or user agent.

use super::answer;
use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{HeaderName, HeaderValue},
    },
    middleware::Next,
};
use opentelemetry::{global, propagation::Extractor};
use tracing::Span;
use tracing_actix_web::RootSpanBuilder;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// actix uses http 0.2, OpenTelemetry's extractor http 1. Only `traceparent` is read, which
/// contains ids alone: `tracestate` could carry text of the caller into spans, queues and requests
/// to others (W3C Trace Context, 6.2, allows dropping it).
struct Headers<'a>(&'a actix_web::http::header::HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        let value = self.0.get(key).filter(|_| key == "traceparent")?;
        value.to_str().ok()
    }
    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }
}

/// Builds the root span. The library's default records paths, queries and error texts, which can
/// contain patient data.
pub struct RequestSpan;

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let route = request.match_pattern().unwrap_or_else(|| "unmatched".to_owned());
        let method = known_method(request.method());
        let span = tracing::info_span!(
            "request",
            http.request.method = method,
            http.route = %route,
            http.response.status_code = tracing::field::Empty,
            trace_id = tracing::field::Empty,
            otel.name = %format!("{method} {route}"),
            otel.kind = "server",
            otel.status_code = tracing::field::Empty,
        );
        let _ = span.set_parent(global::get_text_map_propagator(|p| {
            p.extract(&Headers(request.headers()))
        }));
        if let Some(id) = span.in_scope(crate::telemetry::trace_id) {
            span.record("trace_id", id);
        }
        span
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        let status = status_of(outcome);
        span.record("http.response.status_code", status.as_u16());
        if status.is_server_error() {
            span.record("otel.status_code", "ERROR");
        }
        if span.metadata().is_some() && !status.is_success() {
            span.in_scope(|| tracing::info!(http.response.status_code = status.as_u16(), "refused"));
        }
    }
}

/// Of the response, or of the one that the error becomes.
fn status_of<B>(outcome: &Result<ServiceResponse<B>, Error>) -> StatusCode {
    match outcome {
        Ok(response) => response.status(),
        Err(error) => error.as_response_error().status_code(),
    }
}

/// The method, or `_OTHER` for an unknown one, as the semantic conventions require: a caller can
/// send any text as method.
fn known_method(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        "TRACE" => "TRACE",
        "CONNECT" => "CONNECT",
        _ => "_OTHER",
    }
}

/// Sets the trace id of every response and records the request's duration.
pub async fn answer_headers<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let route = request.match_pattern().unwrap_or_else(|| "unmatched".to_owned());
    let method = known_method(request.method());
    let started = std::time::Instant::now();
    let outcome = next.call(request).await;
    record_duration(method, route, status_of(&outcome).as_u16(), started.elapsed());
    match crate::telemetry::trace_id().map(|id| HeaderValue::from_str(&id)) {
        Some(Ok(id)) => answer::with_headers(outcome, move |headers| {
            headers.insert(HeaderName::from_static("x-trace-id"), id.clone());
        }),
        _ => outcome,
    }
}

/// Upper bounds in seconds, as recommended by the OpenTelemetry semantic conventions for HTTP.
const DURATION_BOUNDS_S: [f64; 14] = [
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
];

fn record_duration(method: &'static str, route: String, status: u16, took: std::time::Duration) {
    use opentelemetry::{KeyValue, metrics::Histogram};
    use std::sync::LazyLock;
    static DURATION: LazyLock<Histogram<f64>> = LazyLock::new(|| {
        global::meter("medconnect")
            .f64_histogram("http.server.request.duration")
            .with_unit("s")
            .with_boundaries(DURATION_BOUNDS_S.to_vec())
            .build()
    });
    DURATION.record(
        took.as_secs_f64(),
        &[
            KeyValue::new("http.request.method", method),
            KeyValue::new("http.route", route),
            KeyValue::new("http.response.status_code", i64::from(status)),
        ],
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{HeaderMap, HeaderValue};

    #[test]
    fn only_the_ids_of_the_callers_context_are_used() {
        let mut headers = HeaderMap::new();
        for name in ["traceparent", "tracestate", "baggage"] {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static("lopez=maria"));
        }
        let read = Headers(&headers);
        assert_eq!(read.get("traceparent"), Some("lopez=maria"));
        assert_eq!((read.get("tracestate"), read.get("baggage")), (None, None));
    }

    #[test]
    fn an_unknown_method_is_not_recorded() {
        assert_eq!(known_method(&Method::GET), "GET");
        assert_eq!(known_method(&Method::from_bytes(b"LOPEZ").unwrap()), "_OTHER");
    }
}
