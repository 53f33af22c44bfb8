//! What is to be done next about a payment: the state decides, and only then is the processor
//! called.

use super::{CancelReason, Payment, Status};
use chrono::{DateTime, Duration, Utc};

/// How long attempts are repeated under one key. Stripe may forget a key after 24 hours.
pub const KEY_HORIZON: Duration = Duration::hours(23);
/// Age of an attempt at which it can no longer be on its way to the processor.
pub const IN_FLIGHT_MAX: Duration = Duration::minutes(2);

/// The next step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextStep {
    /// Charge, under the payment's present key.
    Charge,
    /// Cancel it here: the processor has never heard of it.
    CancelHere,
    /// Search the processor for it.
    LookUp,
    /// Read its intent.
    ReadIntent,
    /// Cancel its intent.
    CancelIntent,
    /// Nothing: it is final.
    Nothing,
}

/// Whether `payment` is to be canceled. The reason is stored before the next step and stays.
pub fn reason_to_cancel(
    payment: &Payment,
    is_consented: bool,
    now: DateTime<Utc>,
    abandon_after: Duration,
) -> Option<CancelReason> {
    let waits_for_browser = matches!(
        payment.status,
        Status::RequiresPaymentMethod | Status::RequiresAction | Status::Failed
    );
    let made_at = payment.key_last_used_at.unwrap_or(payment.created_at);
    if payment.cancel_reason.is_some() {
        payment.cancel_reason
    } else if payment.status == Status::Pending && !is_consented {
        Some(CancelReason::ConsentWithdrawn)
    } else if waits_for_browser && payment.intent_id.is_some() && now - made_at >= abandon_after {
        Some(CancelReason::Abandoned)
    } else {
        None
    }
}

/// The step that the state of `payment` allows. Only a pending payment is ever charged.
pub fn next_step(payment: &Payment, now: DateTime<Utc>) -> NextStep {
    let canceling = payment.cancel_reason.is_some();
    match (payment.status, &payment.intent_id) {
        (Status::Succeeded | Status::Canceled, _) | (Status::Failed, None) => NextStep::Nothing,
        (_, Some(_)) if canceling => NextStep::CancelIntent,
        (_, Some(_)) => NextStep::ReadIntent,
        (Status::Pending, None) => match payment.key_first_used_at {
            None if canceling => NextStep::CancelHere,
            Some(first) if canceling || now - first >= KEY_HORIZON => NextStep::LookUp,
            _ => NextStep::Charge,
        },
        (_, None) => NextStep::LookUp,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mc_vocabulary::{Money, OrganizationId, PaymentId};

    fn payment(status: Status, intent_id: Option<&str>, sent_hours_ago: Option<i64>) -> (Payment, DateTime<Utc>) {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let sent_at = sent_hours_ago.map(|hours| now - Duration::hours(hours));
        let payment = Payment {
            id: PaymentId::new(),
            organization_id: OrganizationId::new(),
            encounter_id: "enc-1".parse().unwrap(),
            patient_id: None,
            amount: Money::new(2500, "usd".parse().unwrap()),
            payment_method: None,
            status,
            failure_code: None,
            intent_id: intent_id.map(str::to_owned),
            cancel_reason: None,
            key_generation: 0,
            key_first_used_at: sent_at,
            key_last_used_at: sent_at,
            lookup_after: None,
            created_by: "user".to_owned(),
            attempts: 0,
            created_at: sent_at.unwrap_or(now),
        };
        (payment, now)
    }

    #[test]
    fn only_a_pending_payment_without_an_intent_is_charged_and_only_while_its_key_is_known() {
        let all = [
            Status::Pending,
            Status::RequiresPaymentMethod,
            Status::RequiresAction,
            Status::Processing,
            Status::Succeeded,
            Status::Failed,
            Status::Canceled,
        ];
        for status in all {
            for intent_id in [None, Some("pi_1")] {
                for sent_hours_ago in [None, Some(1), Some(22), Some(23), Some(48)] {
                    for cancel_reason in [None, Some(CancelReason::Requested)] {
                        let (mut payment, now) = payment(status, intent_id, sent_hours_ago);
                        payment.cancel_reason = cancel_reason;
                        let may_charge = status == Status::Pending
                            && intent_id.is_none()
                            && sent_hours_ago.is_none_or(|hours| hours < 23)
                            && cancel_reason.is_none();
                        assert_eq!(
                            next_step(&payment, now) == NextStep::Charge,
                            may_charge,
                            "{status:?} {intent_id:?} {sent_hours_ago:?} {cancel_reason:?}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn what_may_be_at_the_processor_is_never_canceled_here_alone() {
        for (sent_hours_ago, step) in [
            (None, NextStep::CancelHere),
            (Some(0), NextStep::LookUp),
            (Some(30), NextStep::LookUp),
        ] {
            let (mut payment, now) = payment(Status::Pending, None, sent_hours_ago);
            payment.cancel_reason = reason_to_cancel(&payment, false, now, Duration::hours(24));
            assert_eq!(payment.cancel_reason, Some(CancelReason::ConsentWithdrawn));
            assert_eq!(next_step(&payment, now), step);
        }
    }

    #[test]
    fn an_intent_that_the_patient_gave_up_is_canceled_and_one_that_is_paid_is_not() {
        let day = Duration::hours(24);
        for (status, reason) in [
            (Status::RequiresAction, Some(CancelReason::Abandoned)),
            (Status::RequiresPaymentMethod, Some(CancelReason::Abandoned)),
            (Status::Failed, Some(CancelReason::Abandoned)),
            (Status::Processing, None),
            (Status::Succeeded, None),
        ] {
            let (payment, now) = payment(status, Some("pi_1"), Some(24));
            assert_eq!(reason_to_cancel(&payment, true, now, day), reason, "{status:?}");
            let young = now - Duration::hours(1);
            assert_eq!(reason_to_cancel(&payment, true, young, day), None, "{status:?}");
        }
    }

    #[test]
    fn pauses_double_up_to_half_a_minute_for_a_charge_and_to_an_hour_for_a_look() {
        let after = Duration::seconds(30);
        for (status, attempts, seconds) in [
            (Status::Pending, 0, 1),
            (Status::Pending, 3, 8),
            (Status::Pending, 5, 30),
            (Status::Pending, i32::MAX, 30),
            (Status::RequiresAction, 0, 30),
            (Status::RequiresAction, 2, 120),
            (Status::Processing, 40, 3600),
        ] {
            let (mut payment, _) = payment(status, None, None);
            payment.attempts = attempts;
            assert_eq!(payment.pause(after).num_seconds(), seconds, "{status:?} {attempts}");
        }
    }
}
