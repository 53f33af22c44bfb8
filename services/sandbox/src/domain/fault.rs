//! Faults that can be switched on for a simulated system.

use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// Not a target or fault of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a known target or fault")]
pub struct UnknownValue;

// `tt` and not `literal`: utoipa's derive reads the attribute only as a plain token.
macro_rules! values {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:tt $(or $alias:tt)?),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text $(, alias = $alias)?)] $variant),+ }

        impl $name {
            /// The value in the API and in tables.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl FromStr for $name {
            type Err = UnknownValue;
            fn from_str(text: &str) -> Result<Self, UnknownValue> {
                match text { $($text $(| $alias)? => Ok(Self::$variant),)+ _ => Err(UnknownValue) }
            }
        }
    };
}

values!(
    /// A simulated system.
    Target {
        /// CAQH CORE.
        Payer = "payer",
        /// FHIR and its token endpoint.
        Ehr = "ehr",
        /// Payments and webhooks.
        Stripe = "stripe",
    }
);

values!(
    /// A fault.
    Fault {
        /// The connection is closed without a response; nothing was done.
        Down = "down",
        /// 500 in the system's own format; nothing was done.
        Error = "error",
        /// A correct response, delayed (setting `faults.slow_ms`).
        Slow = "slow",
        /// The connection stays open without a response (at most setting `faults.stall_ms`).
        Stall = "stall",
        /// 200 with a body that is neither JSON nor X12. `garbage` is a deprecated alias.
        UnreadableResponse = "unreadable_response" or "garbage",
        /// 429 with `Retry-After: 1`.
        RateLimited = "rate_limited",
        /// One 401, and the token of the request is revoked.
        UnauthorizedOnce = "unauthorized_once",
        /// The work is done, and the connection is closed before the response.
        AnswerLost = "answer_lost",
        /// Stripe only: every webhook is sent twice.
        WebhooksDoubled = "webhooks_doubled",
        /// Stripe only: `payment_intent.created` is sent after the events that follow it.
        WebhooksReordered = "webhooks_reordered",
        /// Stripe only: webhooks wait until this is switched off.
        WebhooksHeld = "webhooks_held",
    }
);

impl Fault {
    /// Whether it affects webhooks rather than requests.
    pub fn affects_webhooks(self) -> bool {
        matches!(
            self,
            Self::WebhooksDoubled | Self::WebhooksReordered | Self::WebhooksHeld
        )
    }
}

/// A fault that is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Switch {
    pub target: Target,
    pub fault: Fault,
    /// Remaining count; null until it is removed.
    pub times: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_former_value_of_unreadable_response_is_accepted() {
        for value in ["garbage", "unreadable_response"] {
            assert_eq!(value.parse(), Ok(Fault::UnreadableResponse));
            assert_eq!(
                serde_json::from_value::<Fault>(value.into()).unwrap(),
                Fault::UnreadableResponse
            );
        }
        assert_eq!(Fault::UnreadableResponse.as_str(), "unreadable_response");
    }
}
