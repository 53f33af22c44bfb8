//! Logs, spans and metrics: JSON lines with trace ids, OTLP if configured, never patient data.

use crate::{settings::TelemetrySettings, span_file::SpanFile};
use anyhow::Context as _;
use opentelemetry::{
    Context, KeyValue, global, propagation::TextMapPropagator, trace::TraceContextExt, trace::TracerProvider as _,
};
use opentelemetry_otlp::WithExportConfig;
use opentelemetry_sdk::{
    Resource, metrics::SdkMeterProvider, propagation::TraceContextPropagator, trace::SdkTracerProvider,
};
use std::collections::HashMap;
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::{EnvFilter, layer::SubscriberExt, util::SubscriberInitExt};

/// The exporters of the process. Keep it until the end and call [`Telemetry::flush`] last.
#[derive(Debug)]
pub struct Telemetry {
    traces: SdkTracerProvider,
    metrics: SdkMeterProvider,
    registry: prometheus::Registry,
}

impl Telemetry {
    /// Starts logging, tracing and metrics for `service`. A second call in a process (tests) keeps
    /// the first subscriber.
    ///
    /// # Errors
    /// If an exporter cannot be built or the span file cannot be opened.
    pub fn start(service: &str, settings: &TelemetrySettings) -> anyhow::Result<Self> {
        global::set_text_map_propagator(TraceContextPropagator::new());
        let resource = Resource::builder()
            .with_service_name(service.to_owned())
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        let traces = tracer_provider(resource.clone(), settings)?;
        let (metrics, registry) = meter_provider(resource, settings)?;
        global::set_meter_provider(metrics.clone());

        // lapin logs complete messages, including bodies, as warnings.
        let filter = settings
            .log
            .as_deref()
            .unwrap_or("info,lapin=error,sqlx=warn,async_rs=warn");
        let installed = tracing_subscriber::registry()
            .with(EnvFilter::try_new(filter).context("telemetry.log is not a log filter")?)
            .with(
                tracing_subscriber::fmt::layer()
                    .json()
                    .flatten_event(true)
                    .with_span_list(false),
            )
            .with(tracing_opentelemetry::layer().with_tracer(traces.tracer("medconnect")))
            .try_init();
        drop(installed); // fails only if a test has already installed one
        Ok(Self {
            traces,
            metrics,
            registry,
        })
    }

    /// All metrics in the Prometheus text format.
    ///
    /// # Errors
    /// If a metric cannot be encoded.
    pub fn prometheus_text(&self) -> Result<String, prometheus::Error> {
        prometheus::TextEncoder::new().encode_to_string(&self.registry.gather())
    }

    /// Exports what is buffered. Blocks; call it outside the async runtime.
    pub fn flush(&self) {
        let _ = self.traces.shutdown();
        let _ = self.metrics.shutdown();
    }
}

fn tracer_provider(resource: Resource, settings: &TelemetrySettings) -> anyhow::Result<SdkTracerProvider> {
    let mut provider = SdkTracerProvider::builder().with_resource(resource);
    if let Some(endpoint) = &settings.otlp_endpoint {
        let exporter = opentelemetry_otlp::SpanExporter::builder()
            .with_http()
            .with_endpoint(endpoint.join("v1/traces")?.to_string())
            .build()?;
        provider = provider.with_batch_exporter(exporter);
    }
    if let Some(path) = &settings.span_file {
        let file = SpanFile::open(path).with_context(|| format!("telemetry.span_file {}", path.display()))?;
        provider = provider.with_batch_exporter(file);
    }
    Ok(provider.build())
}

fn meter_provider(
    resource: Resource,
    settings: &TelemetrySettings,
) -> anyhow::Result<(SdkMeterProvider, prometheus::Registry)> {
    let registry = prometheus::Registry::new();
    let reader = opentelemetry_prometheus::exporter()
        .with_registry(registry.clone())
        .build()?;
    let mut provider = SdkMeterProvider::builder().with_resource(resource).with_reader(reader);
    if let Some(endpoint) = &settings.otlp_endpoint {
        let exporter = opentelemetry_otlp::MetricExporter::builder()
            .with_http()
            .with_endpoint(endpoint.join("v1/metrics")?.to_string())
            .build()?;
        provider = provider.with_periodic_exporter(exporter);
    }
    Ok((provider.build(), registry))
}

/// The W3C trace id of the current span, 32 hex digits; None outside a span.
pub fn trace_id() -> Option<String> {
    let context = tracing::Span::current().context();
    let span = context.span();
    let id = span.span_context().trace_id();
    (id != opentelemetry::TraceId::INVALID).then(|| id.to_string())
}

/// The current trace context as W3C headers (`traceparent`, `tracestate`), to be stored with work
/// that is done later.
pub fn trace_headers() -> HashMap<String, String> {
    let mut headers = HashMap::new();
    TraceContextPropagator::new().inject_context(&tracing::Span::current().context(), &mut headers);
    headers
}

/// Makes `span` a child of the context stored by [`trace_headers`].
pub fn continue_trace(span: &tracing::Span, headers: &HashMap<String, String>) {
    let parent: Context = TraceContextPropagator::new().extract(headers);
    let _ = span.set_parent(parent);
}
