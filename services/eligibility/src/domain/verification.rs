//! What a caller is told.

use super::Answer;
use chrono::{DateTime, Utc};
use mc_vocabulary::{CoverageId, VerificationId};
use serde::{Deserialize, Serialize};

// `tt` and not `literal`: the derive of the document reads the word only where it is handed on as it stands.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:tt),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            /// The word as it stands in answers and tables.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }
    };
}

words!(
    /// Where an answer comes from.
    Outcome {
        /// From the payer, now.
        Live = "live",
        /// The last good answer, told again; see age and reason.
        Cached = "cached",
        /// The payer answered no; see the rejections.
        PayerRejected = "payer_rejected",
        /// There is none; see the reason.
        Unavailable = "unavailable",
    }
);

words!(
    /// Why the answer is not from the payer, now.
    Reason {
        /// It was asked a moment ago.
        Fresh = "fresh",
        /// The circuit breaker before the payer is open.
        BreakerOpen = "breaker_open",
        /// It did not answer in time.
        Timeout = "timeout",
        /// No connection, or it broke off.
        Unreachable = "unreachable",
        /// It says that it cannot answer at present.
        PayerBusy = "payer_busy",
        /// It has a fault of its own (5xx, or an error in the envelope).
        PayerError = "payer_error",
        /// It does not accept our credentials or request (4xx).
        PayerRefused = "payer_refused",
        /// What it sent is no answer to the question.
        Garbage = "garbage",
        /// Our own rate budget for it is spent.
        RateBudget = "rate_budget",
        /// We have no connection to this payer.
        PayerNotConnected = "payer_not_connected",
        /// Our settings or secrets for it are wrong.
        Misconfigured = "misconfigured",
    }
);

impl Reason {
    /// When asking again makes sense, in seconds; None where time does not cure it.
    pub fn retry_after_s(self) -> Option<u64> {
        match self {
            // CAQH CORE: what was not answered is not sent again before 90 seconds.
            Self::Timeout => Some(90),
            Self::PayerBusy => Some(60),
            Self::BreakerOpen | Self::Unreachable | Self::PayerError => Some(30),
            Self::RateBudget => Some(5),
            Self::Fresh | Self::PayerRefused | Self::Garbage | Self::PayerNotConnected | Self::Misconfigured => None,
        }
    }
}

/// What a caller is told about a coverage.
#[derive(Debug, Clone)]
pub struct Verification {
    /// Ours.
    pub id: VerificationId,
    /// Of what.
    pub coverage_id: CoverageId,
    /// For which service (data element 1365).
    pub service_type: String,
    /// Where the answer comes from.
    pub outcome: Outcome,
    /// Why not from the payer, now.
    pub reason: Option<Reason>,
    /// What the payer said; for a cached one, then.
    pub answer: Option<Answer>,
    /// The payer's number for its answer, to quote when calling them.
    pub payer_trace_number: Option<String>,
    /// Our number for the question that was answered.
    pub our_trace_number: Option<String>,
    /// When the payer said it.
    pub verified_at: Option<DateTime<Utc>>,
    /// How long asking took, in milliseconds.
    pub took_ms: u64,
    /// How old a cached answer is, in seconds.
    pub age_s: Option<i64>,
    /// When asking again makes sense, in seconds.
    pub retry_after_s: Option<u64>,
}
