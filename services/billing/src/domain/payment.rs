//! A payment and its states.

use chrono::{DateTime, Duration, Utc};
use mc_vocabulary::{EncounterId, Money, OrganizationId, PaymentId};
use serde::Serialize;
use std::str::FromStr;

/// The status of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Not at the processor yet; a worker will charge it.
    Pending,
    /// The patient's browser must confirm with the client secret.
    RequiresPaymentMethod,
    /// The patient must authenticate with the bank (3-D Secure).
    RequiresAction,
    /// Confirmed; the processor reports the result.
    Processing,
    /// Paid.
    Succeeded,
    /// Declined.
    Failed,
    /// Canceled.
    Canceled,
}

impl Status {
    /// The value in tables and responses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::RequiresPaymentMethod => "requires_payment_method",
            Self::RequiresAction => "requires_action",
            Self::Processing => "processing",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
        }
    }

    /// Whether a report that it is `next` changes it. Reports arrive in any order and more than
    /// once; a paid payment stays paid.
    pub fn moves_to(self, next: Self) -> bool {
        match self {
            Self::Succeeded | Self::Canceled => false,
            // A declined card may be followed by another card.
            Self::Failed => matches!(next, Self::Succeeded | Self::Processing | Self::RequiresAction),
            Self::Processing => matches!(next, Self::Succeeded | Self::Failed | Self::Canceled),
            Self::Pending | Self::RequiresPaymentMethod | Self::RequiresAction => next != self && next != Self::Pending,
        }
    }
}

impl FromStr for Status {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Ok(match text {
            "pending" => Self::Pending,
            "requires_payment_method" => Self::RequiresPaymentMethod,
            "requires_action" => Self::RequiresAction,
            "processing" => Self::Processing,
            "succeeded" => Self::Succeeded,
            "failed" => Self::Failed,
            "canceled" => Self::Canceled,
            _ => return Err(()),
        })
    }
}

/// One charge to a patient.
#[derive(Debug, Clone)]
pub struct Payment {
    /// Also the processor's idempotency key.
    pub id: PaymentId,
    pub organization_id: OrganizationId,
    /// The visit that is paid for.
    pub encounter_id: EncounterId,
    pub amount: Money,
    /// None: the patient's browser confirms.
    pub payment_method: Option<String>,
    pub status: Status,
    /// Why it failed, as the processor's code.
    pub failure_code: Option<String>,
    /// The processor's id.
    pub intent_id: Option<String>,
    /// User or client id of the caller.
    pub created_by: String,
    /// Attempts by the worker.
    pub attempts: i32,
    pub created_at: DateTime<Utc>,
}

impl Payment {
    /// Delay before the next attempt: 1, 2, 4 … 30 s.
    pub fn pause(&self) -> Duration {
        let doublings = u32::try_from(self.attempts).unwrap_or(0).min(5);
        Duration::seconds((1i64 << doublings).min(30))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paid_payment_stays_paid_whatever_comes_late() {
        for late in [
            Status::Processing,
            Status::Failed,
            Status::RequiresAction,
            Status::Canceled,
            Status::Succeeded,
        ] {
            assert!(!Status::Succeeded.moves_to(late));
        }
        assert!(Status::Processing.moves_to(Status::Succeeded));
        assert!(
            !Status::Processing.moves_to(Status::RequiresAction),
            "a report that arrived out of order"
        );
        assert!(
            Status::Pending.moves_to(Status::Succeeded),
            "the webhook may arrive before the response"
        );
    }
}
