//! A call and its answer.

use std::{fmt, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

/// One call: the request, and how it may be repeated.
pub struct Call {
    /// Constant name for traces and metrics: `create_payment_intent`.
    pub operation: &'static str,
    /// Built with [`crate::Upstream::request`].
    pub request: reqwest::Request,
    /// Whether sending it twice has the effect of sending it once, by its method or by an
    /// idempotency key.
    pub idempotent: bool,
    /// Time limit for the call with all retries. Default: the configured deadline.
    pub deadline: Option<Duration>,
}

/// Omits the request: its URL and headers can contain patient data and tokens.
impl fmt::Debug for Call {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Call")
            .field("operation", &self.operation)
            .field("idempotent", &self.idempotent)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}

/// A response left to the caller: any 2xx, 3xx (never followed) or 4xx other than 429.
#[derive(Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The complete body, decompressed.
    pub body: Bytes,
    /// Number of attempts, at least 1.
    pub attempts: u32,
    /// Time from the start of the call, including delays between attempts.
    pub elapsed: Duration,
}

/// Omits headers and body: they can contain patient data and tokens.
impl fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Answer")
            .field("status", &self.status)
            .field("body_bytes", &self.body.len())
            .field("attempts", &self.attempts)
            .field("elapsed", &self.elapsed)
            .finish_non_exhaustive()
    }
}
