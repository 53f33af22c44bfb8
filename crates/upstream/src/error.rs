//! Why a call failed.

use std::time::Duration;

/// Why a call failed: there was no response that could be left to the caller. `Display` contains no
/// URL, header or body.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UpstreamError {
    /// The breaker is open; nothing was sent.
    #[error("calls are suspended while the upstream fails")]
    BreakerOpen {
        /// When a call may be allowed again.
        retry_after: Duration,
    },
    /// The last attempt got a 429.
    #[error("the upstream limits the rate of calls")]
    RateLimited {
        /// Value of its `Retry-After`.
        retry_after: Option<Duration>,
    },
    /// Our own rate budget for the upstream is used up; nothing was sent.
    #[error("the rate budget for the upstream is used up")]
    BudgetSpent {
        /// When the budget has a free place.
        retry_after: Duration,
    },
    /// The last attempt got a 5xx.
    #[error("the upstream responded with {status}")]
    Unavailable {
        /// Status of the last response.
        status: u16,
        /// Value of its `Retry-After`.
        retry_after: Option<Duration>,
    },
    /// No connection; nothing was sent.
    #[error("no connection to the upstream")]
    Connect,
    /// No complete response within the timeout of the attempt or the deadline.
    #[error("the upstream did not respond in time")]
    Timeout,
    /// The connection ended, or the response was malformed, before it was complete.
    #[error("the connection to the upstream broke off")]
    Broken,
    /// The body is longer than the configured limit.
    #[error("the response of the upstream is longer than {limit_bytes} bytes")]
    BodyTooLarge {
        /// The limit in bytes.
        limit_bytes: usize,
    },
    /// The address is in a private network, or not https.
    #[error("the address is not allowed")]
    AddressRefused,
    /// The request could not be built.
    #[error("the request could not be built")]
    InvalidRequest,
}

impl UpstreamError {
    /// A stable name for logs, metrics and events.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::BreakerOpen { .. } => "breaker_open",
            Self::RateLimited { .. } => "rate_limited",
            Self::BudgetSpent { .. } => "budget_spent",
            Self::Unavailable { .. } => "unavailable",
            Self::Connect => "connect",
            Self::Timeout => "timeout",
            Self::Broken => "broken",
            Self::BodyTooLarge { .. } => "body_too_large",
            Self::AddressRefused => "address_refused",
            Self::InvalidRequest => "invalid_request",
        }
    }

    /// Whether the same call may succeed later.
    pub fn retryable(&self) -> bool {
        match self {
            Self::Unavailable { status, .. } => !matches!(status, 501 | 505),
            Self::BodyTooLarge { .. } | Self::AddressRefused | Self::InvalidRequest => false,
            _ => true,
        }
    }

    /// Whether the upstream may have acted on the call although it failed.
    pub fn may_have_acted(&self) -> bool {
        matches!(
            self,
            Self::Unavailable { .. } | Self::Timeout | Self::Broken | Self::BodyTooLarge { .. }
        )
    }

    /// Time to wait before the next attempt, if known.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::BreakerOpen { retry_after } | Self::BudgetSpent { retry_after } => Some(*retry_after),
            Self::RateLimited { retry_after } | Self::Unavailable { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Whether the breaker counts it as a failure of the upstream.
    pub(crate) fn is_failure(&self) -> bool {
        matches!(
            self,
            Self::RateLimited { .. } | Self::Unavailable { .. } | Self::Connect | Self::Timeout | Self::Broken
        )
    }
}

/// An error while building a request; the only error of the HTTP client that callers see.
impl From<reqwest::Error> for UpstreamError {
    fn from(_: reqwest::Error) -> Self {
        Self::InvalidRequest
    }
}

/// Why an upstream could not be set up: an invalid setting.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// `base_url` must be https, or http in test mode, with a host.
    #[error("upstream `{upstream}`: base_url must be {wanted}")]
    BaseUrl {
        /// Name of the upstream.
        upstream: String,
        /// The requirement.
        wanted: &'static str,
    },
    /// A number that must be positive is zero.
    #[error("upstream `{upstream}`: {setting} must be positive")]
    Zero {
        /// Name of the upstream.
        upstream: String,
        /// Name of the setting.
        setting: &'static str,
    },
    /// The HTTP client could not be built.
    #[error("upstream `{upstream}`: the HTTP client cannot be built")]
    Client {
        /// Name of the upstream.
        upstream: String,
        /// Cause.
        #[source]
        source: reqwest::Error,
    },
}
