//! What a trace contains of a call, and what it must not contain.

use opentelemetry::trace::{SpanKind, TracerProvider as _};
use opentelemetry_sdk::{
    propagation::TraceContextPropagator,
    trace::{InMemorySpanExporter, SdkTracerProvider},
};
use tracing::Instrument as _;
use tracing_subscriber::layer::SubscriberExt as _;

use super::*;

#[tokio::test]
async fn every_attempt_is_a_span_with_traceparent_and_without_path_or_query() {
    opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder()
        .with_simple_exporter(exporter.clone())
        .build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
    // While there is a single dispatcher, tracing caches the interest in a span by the subscriber
    // of the thread that reaches it first: a concurrent test without a subscriber would disable it.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let _subscriber = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));

    let server = server(vec![status(503), status(200)]).await;
    let upstream = upstream(config(&server.uri()));
    let request = upstream
        .request(Method::GET, "Patient/secret-id?name=Doe")
        .build()
        .unwrap();
    let call = Call {
        operation: "read_patient",
        request,
        idempotent: true,
        deadline: None,
    };
    upstream
        .send(call)
        .instrument(tracing::info_span!("root"))
        .await
        .unwrap();

    provider.force_flush().unwrap();
    let spans = exporter.get_finished_spans().unwrap();
    let root = spans.iter().find(|span| span.name == "root").unwrap();
    let attempts: Vec<_> = spans.iter().filter(|span| span.name == "payer read_patient").collect();
    assert_eq!(attempts.len(), 2);
    let requests = server.received_requests().await.unwrap();
    for (attempt, request) in attempts.iter().zip(&requests) {
        assert_eq!(
            (&attempt.span_kind, attempt.parent_span_id),
            (&SpanKind::Client, root.span_context.span_id())
        );
        let parent = request.headers.get("traceparent").unwrap().to_str().unwrap();
        let (trace, span) = (attempt.span_context.trace_id(), attempt.span_context.span_id());
        assert_eq!(parent, format!("00-{trace}-{span}-01"));
        let value = |key: &str| {
            let found = attempt
                .attributes
                .iter()
                .find(|attribute| attribute.key.as_str() == key);
            found.map(|attribute| attribute.value.to_string()).unwrap_or_default()
        };
        assert_eq!(value("http.request.method"), "GET");
        assert_eq!(value("server.address"), "127.0.0.1");
        assert_eq!(value("upstream.name"), "payer");
    }
    let shown = format!("{spans:?}");
    assert!(shown.contains("error.type") && shown.contains("503"));
    assert!(!shown.contains("secret-id") && !shown.contains("Doe"), "{shown}");
}
