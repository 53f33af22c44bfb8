//! One attempt: span, trace context, time limit, body limit.

use std::{error::Error, time::Duration};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use opentelemetry_http::HeaderInjector;
use reqwest::{Client, Request};
use tracing::{Instrument as _, Span, field::Empty};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use crate::{UpstreamError, guard::AddressRefused};

/// The parts that all attempts of a call share.
pub(crate) struct Attempt<'a> {
    pub(crate) client: &'a Client,
    pub(crate) upstream: &'a str,
    pub(crate) operation: &'a str,
    pub(crate) number: u32,
    pub(crate) timeout: Duration,
    pub(crate) body_bytes_max: usize,
}

/// A complete response of any status.
pub(crate) struct Received {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// How far an attempt came before it failed; decides whether it may be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailureStage {
    /// No byte of the request was sent.
    NothingSent,
    /// The request may have arrived; no response was received.
    Sent,
    /// A response was being received, or repeating cannot help.
    Answered,
}

impl Attempt<'_> {
    pub(crate) async fn send(self, request: Request) -> Result<Received, (UpstreamError, FailureStage)> {
        let span = self.span(&request);
        let result = self.traced(request, &span).instrument(span.clone()).await;
        let failed = match &result {
            Ok(received) => {
                let status = received.status;
                span.record("http.response.status_code", status.as_u16());
                (status.is_client_error() || status.is_server_error()).then(|| status.as_str().to_owned())
            }
            Err((error, _)) => Some(error.kind().to_owned()),
        };
        if let Some(kind) = failed {
            span.record("error.type", kind);
            span.record("otel.status_code", "ERROR");
        }
        result
    }

    /// Contains host, method and operation. Path, query and body can contain patient data and are
    /// left out.
    fn span(&self, request: &Request) -> Span {
        tracing::info_span!(
            "upstream attempt",
            otel.name = %format_args!("{} {}", self.upstream, self.operation),
            otel.kind = "client",
            otel.status_code = Empty,
            http.request.method = %request.method(),
            http.response.status_code = Empty,
            server.address = request.url().host_str().unwrap_or_default(),
            server.port = request.url().port_or_known_default(),
            upstream.name = self.upstream,
            upstream.operation = self.operation,
            attempt = self.number,
            error.type = Empty,
        )
    }

    async fn traced(&self, mut request: Request, span: &Span) -> Result<Received, (UpstreamError, FailureStage)> {
        opentelemetry::global::get_text_map_propagator(|propagator| {
            propagator.inject_context(&span.context(), &mut HeaderInjector(request.headers_mut()));
        });
        let mut stage = FailureStage::Sent;
        let exchange = self.exchange(request, &mut stage);
        match tokio::time::timeout(self.timeout, exchange).await {
            Ok(result) => result,
            Err(_) => Err((UpstreamError::Timeout, stage)),
        }
    }

    async fn exchange(
        &self,
        request: Request,
        stage: &mut FailureStage,
    ) -> Result<Received, (UpstreamError, FailureStage)> {
        let mut response = self.client.execute(request).await.map_err(|error| classify(&error))?;
        *stage = FailureStage::Answered;
        let too_large = (
            UpstreamError::BodyTooLarge {
                limit_bytes: self.body_bytes_max,
            },
            FailureStage::Answered,
        );
        let mut body = BytesMut::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() > self.body_bytes_max => {
                    return Err(too_large);
                }
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => break,
                Err(_) => return Err((UpstreamError::Broken, FailureStage::Answered)),
            }
        }
        let headers = std::mem::take(response.headers_mut());
        Ok(Received {
            status: response.status(),
            headers,
            body: body.freeze(),
        })
    }
}

/// Maps errors of the HTTP client. Their text is dropped because it contains the URL.
fn classify(error: &reqwest::Error) -> (UpstreamError, FailureStage) {
    let mut cause: Option<&(dyn Error + 'static)> = error.source();
    while let Some(error) = cause {
        if error.is::<AddressRefused>() {
            return (UpstreamError::AddressRefused, FailureStage::Answered);
        }
        cause = error.source();
    }
    if error.is_connect() {
        (UpstreamError::Connect, FailureStage::NothingSent)
    } else if error.is_builder() {
        (UpstreamError::InvalidRequest, FailureStage::Answered)
    } else if error.is_timeout() {
        (UpstreamError::Timeout, FailureStage::Sent)
    } else {
        (UpstreamError::Broken, FailureStage::Sent)
    }
}
