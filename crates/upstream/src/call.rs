//! What goes out and what comes back.

use std::{fmt, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

/// One call: what to send, and what may be done when it fails.
pub struct Call {
    /// A fixed name for traces and metrics: `create_payment_intent`.
    pub operation: &'static str,
    /// Built with [`crate::Upstream::request`].
    pub request: reqwest::Request,
    /// Sending it twice has the effect of sending it once, by its method or under an idempotency key.
    pub idempotent: bool,
    /// The time for the call with all its retries; the configured deadline when absent.
    pub deadline: Option<Duration>,
}

/// Without the request: its URL and headers can hold patient data and tokens.
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

/// An answer that the caller judges: any 2xx, 3xx (never followed) or 4xx other than 429.
#[derive(Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The whole body, decompressed.
    pub body: Bytes,
    /// How many attempts were made, at least 1.
    pub attempts: u32,
    /// From the start of the call, waits between attempts included.
    pub elapsed: Duration,
}

/// Without headers and body: they can hold patient data and tokens.
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
