//! Spans and metrics reach a collector from inside an actix runtime, and the span file contains
//! what a collector would receive.

use mc_chassis::{settings::TelemetrySettings, telemetry::Telemetry};
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::method};

#[actix_web::test]
async fn spans_and_metrics_reach_the_collector_and_the_file() {
    mc_chassis::install_crypto();
    let collector = MockServer::start().await;
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(200))
        .mount(&collector)
        .await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("spans.jsonl");
    let settings = TelemetrySettings {
        log: None,
        otlp_endpoint: Some(collector.uri().parse().unwrap()),
        span_file: Some(file.clone()),
    };
    let telemetry = Telemetry::start("test", &settings).unwrap();
    let trace_id = tracing::info_span!("work")
        .in_scope(mc_chassis::telemetry::trace_id)
        .unwrap();
    opentelemetry::global::meter("test")
        .u64_counter("things")
        .build()
        .add(1, &[]);
    // Flushing blocks, so it runs off the reactor, as in `process::serve`.
    actix_web::rt::task::spawn_blocking(move || telemetry.flush())
        .await
        .unwrap();

    let requests = collector.received_requests().await.unwrap();
    let received = |path: &str| requests.iter().any(|request| request.url.path() == path);
    assert!(received("/v1/traces") && received("/v1/metrics"));
    let written = std::fs::read_to_string(&file).unwrap();
    assert!(
        written.contains(&trace_id) && written.contains("\"name\":\"work\""),
        "{written}"
    );
}
