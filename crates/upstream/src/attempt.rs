//! One attempt: span, trace context, time limit, body limit.

use std::{error::Error, time::Duration};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use opentelemetry_http::HeaderInjector;
use reqwest::{Client, Request};
use tracing::{Instrument as _, Span, field::Empty};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use crate::{UpstreamError, guard::AddressRefused};

/// What every attempt of an upstream has in common.
pub(crate) struct Attempt<'a> {
    pub(crate) client: &'a Client,
    pub(crate) upstream: &'a str,
    pub(crate) operation: &'a str,
    pub(crate) number: u32,
    pub(crate) timeout: Duration,
    pub(crate) body_bytes_max: usize,
}

/// A complete answer of any status.
pub(crate) struct Received {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// How far an attempt came before it failed: what decides whether it may be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// No byte of the request was sent.
    NothingSent,
    /// The request may have arrived; no answer came.
    Sent,
    /// The answer had begun, or repeating cannot help.
    Answered,
}

impl Attempt<'_> {
    pub(crate) async fn send(self, request: Request) -> Result<Received, (UpstreamError, Reach)> {
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

    /// Names host, method and operation, and never path, query or body: those can hold patient data.
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

    async fn traced(&self, mut request: Request, span: &Span) -> Result<Received, (UpstreamError, Reach)> {
        opentelemetry::global::get_text_map_propagator(|propagator| {
            propagator.inject_context(&span.context(), &mut HeaderInjector(request.headers_mut()));
        });
        let mut reach = Reach::Sent;
        let exchange = self.exchange(request, &mut reach);
        match tokio::time::timeout(self.timeout, exchange).await {
            Ok(result) => result,
            Err(_) => Err((UpstreamError::Timeout, reach)),
        }
    }

    async fn exchange(&self, request: Request, reach: &mut Reach) -> Result<Received, (UpstreamError, Reach)> {
        let mut response = self.client.execute(request).await.map_err(|error| classify(&error))?;
        *reach = Reach::Answered;
        let too_large = (
            UpstreamError::BodyTooLarge {
                limit_bytes: self.body_bytes_max,
            },
            Reach::Answered,
        );
        let mut body = BytesMut::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() > self.body_bytes_max => {
                    return Err(too_large);
                }
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => break,
                Err(_) => return Err((UpstreamError::Broken, Reach::Answered)),
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

/// Sorts the client's errors. Its text is dropped, for it holds the URL.
fn classify(error: &reqwest::Error) -> (UpstreamError, Reach) {
    let mut cause: Option<&(dyn Error + 'static)> = error.source();
    while let Some(error) = cause {
        if error.is::<AddressRefused>() {
            return (UpstreamError::AddressRefused, Reach::Answered);
        }
        cause = error.source();
    }
    if error.is_connect() {
        (UpstreamError::Connect, Reach::NothingSent)
    } else if error.is_builder() {
        (UpstreamError::InvalidRequest, Reach::Answered)
    } else if error.is_timeout() {
        (UpstreamError::Timeout, Reach::Sent)
    } else {
        (UpstreamError::Broken, Reach::Sent)
    }
}
