//! A payment and its states.

use chrono::{DateTime, Duration, Utc};
use mc_vocabulary::{EncounterId, Money, OrganizationId, PatientId, PaymentId};
use serde::Serialize;
use std::str::FromStr;

/// Longest delay before the next attempt to charge.
const CHARGE_PAUSE_MAX: Duration = Duration::seconds(30);
/// Longest delay before the next look at a payment that the processor has.
const READ_PAUSE_MAX: Duration = Duration::hours(1);

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

/// Why a payment is to be canceled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CancelReason {
    /// A user requested it.
    Requested,
    /// The patient no longer consents to be charged.
    ConsentWithdrawn,
    /// The patient's browser did not confirm it in time.
    Abandoned,
}

impl CancelReason {
    /// The value in tables, and as failure code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::ConsentWithdrawn => "consent_withdrawn",
            Self::Abandoned => "abandoned",
        }
    }

    /// The failure code of the canceled payment; a request is not a failure.
    pub fn failure_code(self) -> Option<String> {
        (self != Self::Requested).then(|| self.as_str().to_owned())
    }
}

impl FromStr for CancelReason {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let all = [Self::Requested, Self::ConsentWithdrawn, Self::Abandoned];
        all.into_iter().find(|reason| reason.as_str() == text).ok_or(())
    }
}

/// One charge to a patient.
#[derive(Debug, Clone)]
pub struct Payment {
    pub id: PaymentId,
    pub organization_id: OrganizationId,
    /// The visit that is paid for.
    pub encounter_id: EncounterId,
    /// Who is charged, from the consent; None for payments of older consents.
    pub patient_id: Option<PatientId>,
    pub amount: Money,
    /// None: the patient's browser confirms.
    pub payment_method: Option<String>,
    pub status: Status,
    /// Why it failed or was canceled, as the processor's or our code.
    pub failure_code: Option<String>,
    /// The processor's id.
    pub intent_id: Option<String>,
    /// Why it is to be canceled; nothing is charged from then on.
    pub cancel_reason: Option<CancelReason>,
    /// How many keys were given up before the present one.
    pub key_generation: i32,
    /// First use of the present key; None: nothing was sent under it.
    pub key_first_used_at: Option<DateTime<Utc>>,
    /// Last use of the present key.
    pub key_last_used_at: Option<DateTime<Utc>>,
    /// How far a search at the processor has come.
    pub lookup_after: Option<String>,
    /// User or client id of the caller.
    pub created_by: String,
    /// Attempts by the worker since the status changed.
    pub attempts: i32,
    pub created_at: DateTime<Utc>,
}

impl Payment {
    /// The processor's idempotency key. It is stored, by its generation, before it is used.
    pub fn processor_key(&self) -> String {
        match self.key_generation {
            0 => self.id.to_string(),
            generation => format!("{}-{generation}", self.id),
        }
    }

    /// Whether no attempt to charge was made since this payment was as in `before`.
    pub fn has_no_attempt_since(&self, before: &Self) -> bool {
        (self.key_generation, self.key_last_used_at) == (before.key_generation, before.key_last_used_at)
    }

    /// Whether an attempt to charge may have reached the processor.
    pub fn may_be_at_processor(&self) -> bool {
        self.intent_id.is_some() || self.key_first_used_at.is_some()
    }

    /// Delay before the next attempt: 1, 2, 4 … 30 s for a charge; for a payment that the processor
    /// has, `reconcile_after` and then twice as long each time, up to an hour.
    pub fn pause(&self, reconcile_after: Duration) -> Duration {
        match self.status {
            Status::Pending => doubled(Duration::seconds(1), self.attempts, CHARGE_PAUSE_MAX),
            _ => pause_after(self.attempts, reconcile_after),
        }
    }
}

/// Delay before the next look at what the processor has: `reconcile_after` and then twice as long
/// each time, up to an hour.
pub fn pause_after(attempts: i32, reconcile_after: Duration) -> Duration {
    doubled(reconcile_after, attempts, READ_PAUSE_MAX)
}

fn doubled(first: Duration, attempts: i32, longest: Duration) -> Duration {
    let doublings = u32::try_from(attempts).unwrap_or(0).min(20);
    let pause = first.checked_mul(1 << doublings);
    pause.map_or(longest, |pause| pause.min(longest))
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
