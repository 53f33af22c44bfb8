//! RFC 9457 problem details: the shape of every refusal.

use crate::telemetry;
use actix_web::{HttpRequest, HttpResponse, Responder, ResponseError, body::BoxBody, http::StatusCode};
use mc_vocabulary::{ProblemKind, problem};
use serde::Serialize;
use std::fmt;

/// A refusal for the caller. It contains no patient data, no value of the request and no internal
/// detail; the cause is logged where the problem is created, under the same trace id.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// URN of the kind of problem, see the error catalogue.
    #[serde(rename = "type")]
    pub kind: String,
    /// What happened, in a few words.
    pub title: &'static str,
    /// HTTP status.
    pub status: u16,
    /// What can be done about it.
    pub detail: String,
    /// `urn:trace:<trace id>` of the request; quote it to support.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// The invalid parts of the request.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    #[serde(skip)]
    retry_after_s: Option<u64>,
    #[serde(skip)]
    challenge: bool,
}

/// An invalid part of a request.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct FieldError {
    /// JSON pointer into the body (`/coverage/member_id`), `query:name`, `path:name` or
    /// `header:Name`.
    pub place: String,
    /// What is wrong with it; never the value.
    pub detail: String,
}

impl Problem {
    /// A problem of `kind` with the advice of the kind.
    pub fn new(kind: ProblemKind) -> Self {
        Self {
            kind: format!("urn:medconnect:problem:{}", kind.code),
            title: kind.title,
            status: kind.status,
            detail: kind.cure.to_owned(),
            instance: telemetry::trace_id().map(|id| format!("urn:trace:{id}")),
            errors: Vec::new(),
            retry_after_s: None,
            challenge: kind.status == 401,
        }
    }

    /// Replaces the advice. State what to do; never include a value of the request.
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// Names an invalid part.
    pub fn at(mut self, place: impl Into<String>, detail: impl Into<String>) -> Self {
        self.errors.push(FieldError {
            place: place.into(),
            detail: detail.into(),
        });
        self
    }

    /// Names every invalid part.
    pub(crate) fn at_all(mut self, errors: Vec<FieldError>) -> Self {
        self.errors.extend(errors);
        self
    }

    /// Sets the time after which a retry makes sense, in seconds.
    pub fn retry_after_s(mut self, seconds: u64) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// 503 that a retry can cure: a component or an upstream is unavailable.
    pub fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(problem::UNAVAILABLE).detail(detail).retry_after_s(2)
    }

    /// 500 for a bug, or 503 if the database is unavailable. Logs `cause` once; the caller does not
    /// receive it.
    pub fn internal(cause: &dyn std::error::Error) -> Self {
        let mut chain = cause.to_string();
        let mut source = cause.source();
        let mut database_away = false;
        let mut at: Option<&(dyn std::error::Error + 'static)> = source;
        while let Some(inner) = at {
            database_away |= inner.downcast_ref::<sqlx::Error>().is_some_and(is_away);
            at = inner.source();
        }
        while let Some(inner) = source {
            chain.push_str(": ");
            chain.push_str(&inner.to_string());
            source = inner.source();
        }
        if database_away {
            tracing::warn!(error.chain = %chain, "the database is unavailable");
            return Self::unavailable("The database is unavailable. Nothing was changed; try again shortly.");
        }
        tracing::error!(error.chain = %chain, "internal error");
        Self::new(problem::INTERNAL)
    }
}

/// Whether the connection failed rather than the statement.
fn is_away(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_) => true,
        // Class 57: shutting down or starting up; class 08: connection; 53300: too many
        // connections.
        sqlx::Error::Database(fault) => fault
            .code()
            .is_some_and(|c| c.starts_with("57") || c.starts_with("08") || c == "53300"),
        _ => false,
    }
}

impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        #[derive(Debug, thiserror::Error)]
        #[error("a statement failed")]
        struct Statement(#[source] sqlx::Error);
        Self::internal(&Statement(error))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status, self.kind)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        if let Some(seconds) = self.retry_after_s {
            response.insert_header(("Retry-After", seconds.to_string()));
        }
        if self.challenge {
            response.insert_header(("WWW-Authenticate", "Bearer realm=\"medconnect\""));
        }
        response.content_type("application/problem+json").json(self)
    }
}

impl Responder for Problem {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        self.error_response()
    }
}
