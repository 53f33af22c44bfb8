//! Why a call gave no answer that the caller can judge.

use std::time::Duration;

/// Why a call gave no answer that the caller can judge. `Display` holds no URL, header or body.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UpstreamError {
    /// The breaker is open: nothing was sent.
    #[error("calls are stopped while the upstream is unwell")]
    BreakerOpen {
        /// When the next call has a chance.
        retry_after: Duration,
    },
    /// The upstream said 429 to the last attempt.
    #[error("the upstream asks for fewer calls")]
    RateLimited {
        /// What its `Retry-After` said.
        retry_after: Option<Duration>,
    },
    /// Our own rate budget for this upstream is spent: nothing was sent.
    #[error("the rate budget for the upstream is spent")]
    BudgetSpent {
        /// When the budget has room again.
        retry_after: Duration,
    },
    /// The upstream answered with a 5xx to the last attempt.
    #[error("the upstream answered {status}")]
    Unavailable {
        /// The last status.
        status: u16,
        /// What its `Retry-After` said.
        retry_after: Option<Duration>,
    },
    /// No connection: nothing was sent.
    #[error("no connection to the upstream")]
    Connect,
    /// No complete answer within the attempt's timeout or the deadline.
    #[error("the upstream did not answer in time")]
    Timeout,
    /// The connection ended, or made no sense, before the answer was complete.
    #[error("the connection to the upstream broke off")]
    Broken,
    /// The answer is longer than the configured limit.
    #[error("the upstream's answer is longer than {limit_bytes} bytes")]
    BodyTooLarge {
        /// The limit.
        limit_bytes: usize,
    },
    /// The address is inside our own network, or not https.
    #[error("the address is not one that may be called")]
    AddressRefused,
    /// The request could not be built.
    #[error("the request could not be built")]
    InvalidRequest,
}

impl UpstreamError {
    /// A stable word for logs, metrics and events.
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

    /// Whether the upstream may have acted on the call although it gave no good answer.
    pub fn may_have_acted(&self) -> bool {
        matches!(
            self,
            Self::Unavailable { .. } | Self::Timeout | Self::Broken | Self::BodyTooLarge { .. }
        )
    }

    /// How long to wait before the next try, where that is known.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::BreakerOpen { retry_after } | Self::BudgetSpent { retry_after } => Some(*retry_after),
            Self::RateLimited { retry_after } | Self::Unavailable { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Whether this says that the upstream is unwell: what the breaker counts.
    pub(crate) fn is_failure(&self) -> bool {
        matches!(
            self,
            Self::RateLimited { .. } | Self::Unavailable { .. } | Self::Connect | Self::Timeout | Self::Broken
        )
    }
}

/// The client's error while building a request: the only one that reaches callers.
impl From<reqwest::Error> for UpstreamError {
    fn from(_: reqwest::Error) -> Self {
        Self::InvalidRequest
    }
}

/// Why an upstream could not be set up: a mistake in the settings.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// `base_url` must be https, or http in test mode, with a host.
    #[error("upstream `{upstream}`: base_url must be {wanted}")]
    BaseUrl {
        /// The upstream's name.
        upstream: String,
        /// What it must be.
        wanted: &'static str,
    },
    /// A number that must be above zero is not.
    #[error("upstream `{upstream}`: {setting} must be above zero")]
    Zero {
        /// The upstream's name.
        upstream: String,
        /// The setting.
        setting: &'static str,
    },
    /// The HTTP client could not be made.
    #[error("upstream `{upstream}`: no HTTP client")]
    Client {
        /// The upstream's name.
        upstream: String,
        /// The cause.
        #[source]
        source: reqwest::Error,
    },
}
