//! Why a payer gave no answer. Holds no patient data.

use crate::domain::Reason;
use mc_hipaa::eligibility::EligibilityError;
use mc_upstream::UpstreamError;
use mc_x12::WriteError;

/// Why a payer gave no answer.
#[derive(Debug, Clone, thiserror::Error)]
pub enum PayerError {
    /// Its credentials cannot be read; the message names secret and field.
    #[error("the payer's secret: {0}")]
    Secret(String),
    /// The inquiry does not fit the standard: sender or receiver id, or a coverage older than a
    /// rule.
    #[error("the inquiry cannot be written: {0}")]
    Unwritable(#[from] WriteError),
    /// The call failed.
    #[error(transparent)]
    Upstream(#[from] UpstreamError),
    /// The status is not 2xx.
    #[error("the payer answered {0}")]
    Status(u16),
    /// The response is not multipart/form-data with a payload.
    #[error("the response is not a CORE envelope")]
    NoEnvelope,
    /// The envelope carries an error; the code is one of CORE's or `unknown`.
    #[error("the envelope carries error {0}")]
    Envelope(String),
    /// The payload is not a 271.
    #[error("the response cannot be read: {0}")]
    Unreadable(#[from] EligibilityError),
    /// The response carries the trace number of another inquiry.
    #[error("the response belongs to another inquiry")]
    OtherInquiry,
}

impl PayerError {
    /// The reason that callers see.
    pub fn reason(&self) -> Reason {
        match self {
            Self::Secret(_) | Self::Unwritable(_) => Reason::Misconfigured,
            Self::Status(_) => Reason::PayerRefused,
            Self::Envelope(_) => Reason::PayerError,
            Self::NoEnvelope | Self::Unreadable(_) | Self::OtherInquiry => Reason::UnreadableResponse,
            Self::Upstream(error) => match error {
                UpstreamError::BreakerOpen { .. } => Reason::BreakerOpen,
                UpstreamError::RateLimited { .. } => Reason::PayerBusy,
                UpstreamError::BudgetSpent { .. } => Reason::RateBudget,
                UpstreamError::Unavailable { .. } => Reason::PayerError,
                UpstreamError::Connect | UpstreamError::Broken => Reason::Unreachable,
                UpstreamError::Timeout => Reason::Timeout,
                UpstreamError::BodyTooLarge { .. } => Reason::UnreadableResponse,
                UpstreamError::AddressRefused | UpstreamError::InvalidRequest => Reason::Misconfigured,
            },
        }
    }

    /// Seconds until a retry makes sense: as the payer or the breaker states it, else by the
    /// reason.
    pub fn retry_after_s(&self) -> Option<u64> {
        match self {
            Self::Upstream(error) => error.retry_after().map(|wait| wait.as_secs().max(1)),
            _ => None,
        }
        .or_else(|| self.reason().retry_after_s())
    }
}
