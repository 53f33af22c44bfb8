//! Faults that can be switched on for a whole upstream.

use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// Not a word of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a known target or fault")]
pub struct UnknownWord;

// `tt` and not `literal`: the derive of the document reads the word only where it is handed on as it stands.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:tt),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            /// The word as the admin route takes it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;
            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                match text { $($text => Ok(Self::$variant),)+ _ => Err(UnknownWord) }
            }
        }
    };
}

words!(
    /// An upstream of test mode.
    Target {
        /// CAQH CORE.
        Payer = "payer",
        /// FHIR and its token endpoint.
        Ehr = "ehr",
        /// Payments and webhooks.
        Stripe = "stripe",
    }
);

words!(
    /// What goes wrong.
    Fault {
        /// The connection is closed without an answer; nothing was done.
        Down = "down",
        /// 500 in the upstream's own dialect; nothing was done.
        Error = "error",
        /// A right answer, late (setting `faults.slow_ms`).
        Slow = "slow",
        /// The connection stays open and nothing is said (at most setting `faults.stall_ms`).
        Stall = "stall",
        /// 200 with a body that is neither JSON nor X12.
        Garbage = "garbage",
        /// 429 with `Retry-After: 1`.
        RateLimited = "rate_limited",
        /// One 401, and the token it came with is revoked.
        UnauthorizedOnce = "unauthorized_once",
        /// The work is done, and the connection is closed before the answer.
        AnswerLost = "answer_lost",
        /// Stripe only: every webhook arrives twice.
        WebhooksDoubled = "webhooks_doubled",
        /// Stripe only: `payment_intent.created` arrives after what follows it.
        WebhooksReordered = "webhooks_reordered",
        /// Stripe only: webhooks wait until this is switched off.
        WebhooksHeld = "webhooks_held",
    }
);

impl Fault {
    /// Whether it shows itself at webhooks rather than at requests.
    pub fn is_about_webhooks(self) -> bool {
        matches!(
            self,
            Self::WebhooksDoubled | Self::WebhooksReordered | Self::WebhooksHeld
        )
    }
}

/// A fault that is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Switch {
    /// Where.
    pub target: Target,
    /// What.
    pub fault: Fault,
    /// How many more times; null until it is removed.
    pub times: Option<u32>,
}
