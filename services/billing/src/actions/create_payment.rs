//! Charges a patient for a visit, once per request; if Stripe is unavailable, later.

use super::settle::{SettleError, Settled, attempt, facts, settle};
use crate::{
    AppState,
    domain::{Payment, Status},
    store::{
        consents,
        payments::{self, NewPaymentContext},
    },
};
use chrono::Duration;
use mc_access::{RequestContext, tenancy};
use mc_chassis::telemetry;
use mc_contracts::{Interaction, Outcome};
use mc_idempotency::{IdempotencyClaim, StoredResponse};
use mc_vocabulary::{EncounterId, EventId, Money, PaymentId};
use sqlx::PgConnection;

/// Age at which a worker charges a payment whose process died.
const LEASE_TIMEOUT: Duration = Duration::seconds(20);

/// A charge to be made.
pub struct CreatePayment {
    pub amount: Money,
    /// The visit that is paid for.
    pub encounter_id: EncounterId,
    /// The payment method, where the request names one.
    pub payment_method: Option<String>,
    /// Visit type, provider and other context, as JSON: stored sealed and never sent elsewhere.
    pub context: Option<String>,
}

/// Why nothing was charged.
#[derive(Debug, thiserror::Error)]
pub enum CreatePaymentError {
    /// The latest consent decision for this visit is not a permit, or there is none.
    #[error("the patient has not consented to be charged for this visit")]
    NoConsent,
    /// The idempotency key was used for another visit or amount, longer ago than its response is
    /// kept.
    #[error("the idempotency key belongs to another payment")]
    KeyReused,
    /// Sealing or the database failed.
    #[error(transparent)]
    Settle(#[from] SettleError),
}

impl From<sqlx::Error> for CreatePaymentError {
    fn from(error: sqlx::Error) -> Self {
        Self::Settle(error.into())
    }
}

/// Stores the payment as pending, requests the charge from Stripe and stores the outcome. `shape`
/// creates the response, which is stored with the outcome under the request's idempotency key.
///
/// # Errors
/// [`CreatePaymentError::NoConsent`] if the patient has not consented; nothing is charged then.
/// [`CreatePaymentError::KeyReused`] if the key belongs to a payment of another visit or amount.
/// [`CreatePaymentError::Settle`] if the payment cannot be stored.
pub async fn execute(
    context: &RequestContext,
    state: &AppState,
    command: CreatePayment,
    claim: &IdempotencyClaim,
    shape: impl Fn(&Payment, Option<String>) -> StoredResponse,
) -> Result<StoredResponse, CreatePaymentError> {
    let payment = begin(context, state, command, claim).await?;
    let was_pending = payment.status == Status::Pending;
    let attempt = attempt(state, &payment).await;
    if let Some(Err(error)) = &attempt {
        tracing::warn!(payment.id = %payment.id, error.message = %error, "the charge was not made now");
    }
    let intent = attempt.as_ref().and_then(|attempt| attempt.as_ref().ok());
    let client_secret = intent.and_then(|intent| intent.client_secret.clone());

    let mut transaction = tenancy::begin(&state.pool, context.organization_id()).await?;
    let payment = match attempt {
        Some(attempt) => {
            let Settled { payment, .. } = settle(state, &mut transaction, payment, attempt).await?;
            payment
        }
        None => payment,
    };
    if was_pending {
        record_creation(context, state, &mut transaction, &payment).await?;
    }
    let answer = shape(&payment, client_secret);
    claim.store(&mut transaction, &answer).await?;
    transaction.commit().await?;
    Ok(answer)
}

/// Records that the payment was made, with its first outcome.
async fn record_creation(
    context: &RequestContext,
    state: &AppState,
    transaction: &mut PgConnection,
    payment: &Payment,
) -> Result<EventId, sqlx::Error> {
    let outcome = if payment.status == Status::Failed {
        Outcome::Failure
    } else {
        Outcome::Success
    };
    let record = context.audit("billing.payment_intent.created", Interaction::Create);
    let record = facts(state, record, payment)
        .outcome(outcome)
        .detail("processor_available", payment.status != Status::Pending);
    state
        .mailbox
        .enqueue(transaction, Some(context.organization_id()), &record)
        .await
}

/// Checks the consent and stores the payment, before the processor is called.
async fn begin(
    context: &RequestContext,
    state: &AppState,
    command: CreatePayment,
    claim: &IdempotencyClaim,
) -> Result<Payment, CreatePaymentError> {
    let now = state.clock.now();
    let mut transaction = tenancy::begin(&state.pool, context.organization_id()).await?;
    if !consents::find_permitted(&mut transaction, context.organization_id(), &command.encounter_id).await? {
        let record = context
            .audit("billing.payment_intent.created", Interaction::Create)
            .outcome(Outcome::Denied)
            .purpose("HPAYMT")
            .entity("Encounter", &command.encounter_id)
            .detail("reason", "no_consent");
        state
            .mailbox
            .enqueue(&mut transaction, Some(context.organization_id()), &record)
            .await?;
        transaction.commit().await?;
        return Err(CreatePaymentError::NoConsent);
    }
    let payment = Payment {
        id: PaymentId::new(),
        organization_id: context.organization_id(),
        encounter_id: command.encounter_id,
        amount: command.amount,
        payment_method: command.payment_method.or_else(|| state.default_payment_method.clone()),
        status: Status::Pending,
        failure_code: None,
        intent_id: None,
        created_by: context.subject().to_owned(),
        attempts: 0,
        created_at: now,
    };
    let context_sealed = match command.context {
        Some(visit) => {
            let sealed = state
                .seals
                .seal(
                    payment.organization_id,
                    "payments.context",
                    payment.id,
                    visit.as_bytes(),
                )
                .await;
            Some(sealed.map_err(SettleError::from)?)
        }
        None => None,
    };
    let stored = NewPaymentContext {
        request_reference: &claim.reference(),
        context_sealed: context_sealed.as_deref(),
        trace: &telemetry::trace_headers(),
        next_attempt_at: now + LEASE_TIMEOUT,
    };
    let stored = payments::insert(&mut transaction, &payment, stored).await?;
    if (&stored.encounter_id, stored.amount) != (&payment.encounter_id, payment.amount) {
        return Err(CreatePaymentError::KeyReused);
    }
    transaction.commit().await?;
    Ok(stored)
}
