//! The result of verifying a coverage.

use super::Answer;
use chrono::{DateTime, Utc};
use mc_vocabulary::{CoverageId, VerificationId};
use serde::{Deserialize, Serialize};

// `tt` and not `literal`: utoipa's derive reads the attribute only as a plain token.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:tt),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            /// The value in responses and tables.
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
        /// The last good answer; see its age and the reason.
        Cached = "cached",
        /// The payer rejected the inquiry; see the rejections.
        PayerRejected = "payer_rejected",
        /// There is none; see the reason.
        Unavailable = "unavailable",
    }
);

words!(
    /// Why the answer is not from the payer, now.
    Reason {
        /// A recent answer is returned without querying the payer.
        Fresh = "fresh",
        /// The circuit breaker before the payer is open.
        BreakerOpen = "breaker_open",
        /// It did not answer in time.
        Timeout = "timeout",
        /// No connection, or the connection was lost.
        Unreachable = "unreachable",
        /// It states that it cannot answer at present.
        PayerBusy = "payer_busy",
        /// It has a fault of its own (5xx, or an error in the envelope).
        PayerError = "payer_error",
        /// It does not accept our credentials or request (4xx).
        PayerRefused = "payer_refused",
        /// Its response cannot be read, or answers another inquiry. Until 2026-11 the value was
        /// `garbage`.
        #[serde(alias = "garbage")]
        UnreadableResponse = "unreadable_response",
        /// Our own rate budget for it is spent.
        RateBudget = "rate_budget",
        /// We have no connection to this payer.
        PayerNotConnected = "payer_not_connected",
        /// Our settings or secrets for it are wrong.
        Misconfigured = "misconfigured",
    }
);

impl Reason {
    /// Seconds until a retry makes sense; None where time does not cure it.
    pub fn retry_after_s(self) -> Option<u64> {
        match self {
            // CAQH CORE: an inquiry without a response is not repeated within 90 seconds.
            Self::Timeout => Some(90),
            Self::PayerBusy => Some(60),
            Self::BreakerOpen | Self::Unreachable | Self::PayerError => Some(30),
            Self::RateBudget => Some(5),
            Self::Fresh
            | Self::PayerRefused
            | Self::UnreadableResponse
            | Self::PayerNotConnected
            | Self::Misconfigured => None,
        }
    }
}

/// The result of verifying a coverage, as the caller receives it.
#[derive(Debug, Clone)]
pub struct Verification {
    pub id: VerificationId,
    pub coverage_id: CoverageId,
    /// X12 data element 1365.
    pub service_type: String,
    /// Where the answer comes from.
    pub outcome: Outcome,
    /// Why the answer is not live.
    pub reason: Option<Reason>,
    /// The payer's answer; for a cached one, the earlier answer.
    pub answer: Option<Answer>,
    /// The payer's number for its answer, to quote when calling them.
    pub payer_trace_number: Option<String>,
    /// The trace number of our inquiry that was answered.
    pub our_trace_number: Option<String>,
    /// When the payer answered.
    pub verified_at: Option<DateTime<Utc>>,
    /// Duration of the call to the payer; 0 where it was not called.
    pub duration_ms: u64,
    /// Age of a cached answer, in seconds.
    pub age_s: Option<i64>,
    /// Seconds until a retry makes sense.
    pub retry_after_s: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_stored_under_its_former_value_is_still_read() {
        for value in [r#""garbage""#, r#""unreadable_response""#] {
            let reason: Reason = serde_json::from_str(value).unwrap();
            assert_eq!(reason, Reason::UnreadableResponse);
            assert_eq!(reason.as_str(), "unreadable_response");
        }
    }
}
