//! Charges a patient for a visit, once for each request; with Stripe away, later.

use super::settle::{SettleError, facts, settle};
use crate::{
    AppState,
    domain::{Payment, Status},
    store::{
        consents,
        payments::{self, Beside},
    },
};
use chrono::Duration;
use mc_access::{Principal, tenancy};
use mc_chassis::{http::Origin, telemetry};
use mc_contracts::{Interaction, Outcome};
use mc_mailbox::{IdempotencyClaim, StoredResponse};
use mc_vocabulary::{EncounterId, Money, PaymentId};

/// A worker takes over a charge whose process died after so long.
const TAKEN_OVER_AFTER: Duration = Duration::seconds(20);

/// What is asked for.
pub struct CreatePayment {
    /// How much.
    pub amount: Money,
    /// For which visit.
    pub encounter_id: EncounterId,
    /// From what, where told.
    pub payment_method: Option<String>,
    /// Visit type, provider and the rest, as JSON: kept here, sealed, and sent to nobody.
    pub context: Option<String>,
}

/// Why nothing was charged.
#[derive(Debug, thiserror::Error)]
pub enum CreatePaymentError {
    /// B5.
    #[error("the patient has not consented to be charged for this visit")]
    NoConsent,
    /// The store, or sealing.
    #[error(transparent)]
    Settle(#[from] SettleError),
}

impl From<sqlx::Error> for CreatePaymentError {
    fn from(error: sqlx::Error) -> Self {
        Self::Settle(error.into())
    }
}

/// Makes the payment, asks Stripe, and writes what came of it; `shape` makes the answer that is given and stored.
///
/// # Errors
/// [`CreatePaymentError`].
pub async fn create_payment(
    state: &AppState,
    command: CreatePayment,
    caller: &Principal,
    claim: &IdempotencyClaim,
    origin: &Origin,
    shape: impl Fn(&Payment, Option<String>) -> StoredResponse,
) -> Result<StoredResponse, CreatePaymentError> {
    let payment = begin(state, command, caller, claim, origin).await?;
    let attempt = state.stripe.create_intent(&payment).await;
    if let Err(error) = &attempt {
        tracing::warn!(payment.id = %payment.id, error.message = %error, "the charge was not made now");
    }
    let client_secret = attempt.as_ref().ok().and_then(|intent| intent.client_secret.clone());

    let mut transaction = tenancy::begin(&state.pool, caller.organization_id).await?;
    let payment = settle(state, &mut transaction, payment, attempt).await?;
    let outcome = if payment.status == Status::Failed {
        Outcome::Failure
    } else {
        Outcome::Success
    };
    let record = state
        .mailbox
        .audit_of("billing.payment_intent.created", Interaction::Create, caller, origin);
    let record = facts(record, &payment)
        .outcome(outcome)
        .detail("processor_available", payment.status != Status::Pending);
    state
        .mailbox
        .enqueue(&mut transaction, Some(caller.organization_id), &record)
        .await?;
    let answer = shape(&payment, client_secret);
    claim.store(&mut transaction, &answer).await?;
    transaction.commit().await?;
    Ok(answer)
}

/// Checks the consent and writes the payment down, before anybody outside is asked.
async fn begin(
    state: &AppState,
    command: CreatePayment,
    caller: &Principal,
    claim: &IdempotencyClaim,
    origin: &Origin,
) -> Result<Payment, CreatePaymentError> {
    let now = state.clock.now();
    let mut transaction = tenancy::begin(&state.pool, caller.organization_id).await?;
    if !consents::find_permitted(&mut transaction, &command.encounter_id).await? {
        let record = state
            .mailbox
            .audit_of("billing.payment_intent.created", Interaction::Create, caller, origin)
            .outcome(Outcome::Denied)
            .purpose("HPAYMT")
            .entity("Encounter", &command.encounter_id)
            .detail("reason", "no_consent");
        state
            .mailbox
            .enqueue(&mut transaction, Some(caller.organization_id), &record)
            .await?;
        transaction.commit().await?;
        return Err(CreatePaymentError::NoConsent);
    }
    let payment = Payment {
        id: PaymentId::new(),
        organization_id: caller.organization_id,
        encounter_id: command.encounter_id,
        amount: command.amount,
        payment_method: command.payment_method.or_else(|| state.default_payment_method.clone()),
        status: Status::Pending,
        failure_code: None,
        intent_id: None,
        created_by: caller.subject.clone(),
        attempts: 0,
        created_at: now,
    };
    let context_sealed = match command.context {
        Some(context) => {
            let sealed = state
                .seals
                .seal(
                    payment.organization_id,
                    "payments.context",
                    payment.id,
                    context.as_bytes(),
                )
                .await;
            Some(sealed.map_err(SettleError::from)?)
        }
        None => None,
    };
    let beside = Beside {
        request_reference: &claim.reference(),
        context_sealed: context_sealed.as_deref(),
        trace: &telemetry::trace_headers(),
        next_attempt_at: now + TAKEN_OVER_AFTER,
    };
    let payment = payments::insert(&mut transaction, &payment, beside).await?;
    transaction.commit().await?;
    Ok(payment)
}
