//! Why a payer gave no answer. Free of patient data.

use crate::domain::Reason;
use mc_upstream::UpstreamError;
use mc_x12::{WriteError, eligibility::EligibilityError};

/// Why a payer gave no answer.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Fault {
    /// Its credentials are away; the message names secret and field.
    #[error("the payer's secret: {0}")]
    Secret(String),
    /// The question does not fit the standard: sender or receiver id, or a coverage of before a rule.
    #[error("the inquiry cannot be written: {0}")]
    Unwritable(#[from] WriteError),
    /// The call.
    #[error(transparent)]
    Upstream(#[from] UpstreamError),
    /// It answered with a status other than 2xx.
    #[error("the payer answered {0}")]
    Status(u16),
    /// The answer is no multipart/form-data with a payload.
    #[error("the answer is no CORE envelope")]
    NoEnvelope,
    /// The envelope carries an error; the code is one of CORE's or `unknown`.
    #[error("the envelope says {0}")]
    Envelope(String),
    /// The payload is no 271.
    #[error("the answer cannot be read: {0}")]
    Unreadable(#[from] EligibilityError),
    /// The answer carries the numbers of another question.
    #[error("the answer belongs to another question")]
    Foreign,
}

impl Fault {
    /// The same as the caller is told.
    pub fn reason(&self) -> Reason {
        match self {
            Self::Secret(_) | Self::Unwritable(_) => Reason::Misconfigured,
            Self::Status(_) => Reason::PayerRefused,
            Self::Envelope(_) => Reason::PayerError,
            Self::NoEnvelope | Self::Unreadable(_) | Self::Foreign => Reason::Garbage,
            Self::Upstream(error) => match error {
                UpstreamError::BreakerOpen { .. } => Reason::BreakerOpen,
                UpstreamError::RateLimited { .. } => Reason::PayerBusy,
                UpstreamError::BudgetSpent { .. } => Reason::RateBudget,
                UpstreamError::Unavailable { .. } => Reason::PayerError,
                UpstreamError::Connect | UpstreamError::Broken => Reason::Unreachable,
                UpstreamError::Timeout => Reason::Timeout,
                UpstreamError::BodyTooLarge { .. } => Reason::Garbage,
                UpstreamError::AddressRefused | UpstreamError::InvalidRequest => Reason::Misconfigured,
            },
        }
    }

    /// When asking again makes sense, in seconds: what the payer or the breaker says, else what the reason says.
    pub fn retry_after_s(&self) -> Option<u64> {
        match self {
            Self::Upstream(error) => error.retry_after().map(|wait| wait.as_secs().max(1)),
            _ => None,
        }
        .or_else(|| self.reason().retry_after_s())
    }
}
