//! Charges a patient for a visit, once per request; if Stripe is unavailable, later.

use super::{
    audit::facts,
    get_payment::open_client_secret,
    settle::{Outcome, SettleError, settle},
    take_step::{self, Prepared},
};
use crate::{
    AppState,
    domain::{NextStep, Payment, Status},
    store::{
        consents,
        payments::{self, EarlierPayment, NewPaymentContext},
    },
};
use chrono::{Duration, SubsecRound};
use mc_access::{RequestContext, tenancy};
use mc_chassis::telemetry;
use mc_contracts::{Interaction, Outcome as AuditOutcome};
use mc_idempotency::{IdempotencyClaim, StoredResponse};
use mc_vocabulary::{EncounterId, Money, OrganizationId, PaymentId};
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
    /// The idempotency key was used for another request, longer ago than its response is kept.
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

/// Stores the payment as pending with its audit record, requests the charge from Stripe and stores
/// the outcome. `shape` creates the response, which is stored with the outcome under the request's
/// idempotency key.
///
/// A request that has made a payment before, whose stored response was deleted, is answered with
/// that payment; Stripe is not called for it.
///
/// # Errors
/// [`CreatePaymentError::NoConsent`] if the patient has not consented; nothing is charged then.
/// [`CreatePaymentError::KeyReused`] if the key belongs to a payment of another request.
/// [`CreatePaymentError::Settle`] if the payment cannot be stored.
pub async fn execute(
    context: &RequestContext,
    state: &AppState,
    command: CreatePayment,
    claim: &IdempotencyClaim,
    shape: impl Fn(&Payment, Option<String>) -> StoredResponse,
) -> Result<StoredResponse, CreatePaymentError> {
    let prepared = match begin(context, state, command, claim).await? {
        Begun::New(prepared) => *prepared,
        Begun::Before(payment) => return answer_again(context, state, &payment, claim, shape).await,
    };
    let outcome = take_step::perform(state, &prepared).await;
    let made = match &outcome {
        Some(Outcome::Charged(Ok(intent))) => Some((intent.id.clone(), intent.client_secret.clone())),
        _ => None,
    };
    let mut transaction = tenancy::begin(&state.pool, context.organization_id()).await?;
    let payment = match outcome {
        Some(outcome) => {
            if let Some(error) = outcome.error() {
                tracing::warn!(payment.id = %prepared.payment.id, error.message = %error, "the charge was not made now");
            }
            settle(context, state, &mut transaction, prepared, outcome, None).await?
        }
        None => prepared.payment,
    };
    // Nobody is to confirm an intent that the payment does not need.
    let made = made.filter(|(intent_id, _)| payment.intent_id.as_ref() == Some(intent_id));
    let answer = shape(&payment, made.and_then(|(_, client_secret)| client_secret));
    claim.store(&mut transaction, &answer).await?;
    transaction.commit().await?;
    Ok(answer)
}

/// The payment that a request made.
enum Begun {
    /// Stored now; to be charged.
    New(Box<Prepared>),
    /// By an earlier attempt of the same request.
    Before(Box<Payment>),
}

/// Answers with the payment as it is; the read is on record.
async fn answer_again(
    context: &RequestContext,
    state: &AppState,
    payment: &Payment,
    claim: &IdempotencyClaim,
    shape: impl Fn(&Payment, Option<String>) -> StoredResponse,
) -> Result<StoredResponse, CreatePaymentError> {
    let mut transaction = tenancy::begin(&state.pool, context.organization_id()).await?;
    let client_secret = open_client_secret(state, &mut transaction, payment).await?;
    let record = context.audit("billing.payment.read", Interaction::Read);
    state
        .mailbox
        .enqueue(
            &mut transaction,
            Some(context.organization_id()),
            &facts(state, record, payment),
        )
        .await?;
    let answer = shape(payment, client_secret);
    claim.store(&mut transaction, &answer).await?;
    transaction.commit().await?;
    Ok(answer)
}

/// Checks the consent and stores the payment and its audit record, before the processor is called.
async fn begin(
    context: &RequestContext,
    state: &AppState,
    command: CreatePayment,
    claim: &IdempotencyClaim,
) -> Result<Begun, CreatePaymentError> {
    let organization_id = context.organization_id();
    let mut transaction = tenancy::begin(&state.pool, organization_id).await?;
    if let Some(payment) = find_before(&mut transaction, organization_id, &command, claim).await? {
        return Ok(Begun::Before(Box::new(payment)));
    }
    let Some(permit) = consents::find_permit(&mut transaction, organization_id, &command.encounter_id).await? else {
        let record = context
            .audit("billing.payment_intent.created", Interaction::Create)
            .outcome(AuditOutcome::Denied)
            .purpose("HPAYMT")
            .entity("Encounter", &command.encounter_id)
            .detail("reason", "no_consent");
        state
            .mailbox
            .enqueue(&mut transaction, Some(organization_id), &record)
            .await?;
        transaction.commit().await?;
        return Err(CreatePaymentError::NoConsent);
    };
    let payment = new_payment(context, state, &command, permit);
    let context_sealed = match &command.context {
        Some(visit) => {
            let (organization_id, visit) = (payment.organization_id, visit.as_bytes());
            let sealed = state.seals.seal(organization_id, "payments.context", payment.id, visit);
            Some(sealed.await.map_err(SettleError::from)?)
        }
        None => None,
    };
    let new = NewPaymentContext {
        request_reference: &claim.reference(),
        request_digest: claim.digest(),
        context_sealed: context_sealed.as_deref(),
        trace: &telemetry::trace_headers(),
        next_attempt_at: payment.created_at + LEASE_TIMEOUT,
    };
    if !payments::insert(&mut transaction, &payment, new).await? {
        // Another process has just inserted it, after it took this request's claim over.
        let before = find_before(&mut transaction, organization_id, &command, claim).await?;
        let before = before.ok_or(sqlx::Error::RowNotFound)?;
        return Ok(Begun::Before(Box::new(before)));
    }
    let record = context.audit("billing.payment_intent.created", Interaction::Create);
    state
        .mailbox
        .enqueue(&mut transaction, Some(organization_id), &facts(state, record, &payment))
        .await?;
    transaction.commit().await?;
    Ok(Begun::New(Box::new(Prepared {
        step: NextStep::Charge,
        payment,
        is_first_use: true,
    })))
}

/// The payment that the same request has made before.
async fn find_before(
    transaction: &mut PgConnection,
    organization_id: OrganizationId,
    command: &CreatePayment,
    claim: &IdempotencyClaim,
) -> Result<Option<Payment>, CreatePaymentError> {
    let found = payments::find_by_request(transaction, organization_id, &claim.reference()).await?;
    let Some(EarlierPayment {
        payment,
        request_digest,
    }) = found
    else {
        return Ok(None);
    };
    let is_same = match request_digest {
        Some(digest) => digest == claim.digest(),
        // Stored before digests were.
        None => (&payment.encounter_id, payment.amount) == (&command.encounter_id, command.amount),
    };
    if is_same {
        Ok(Some(payment))
    } else {
        Err(CreatePaymentError::KeyReused)
    }
}

/// The payment before its first step, which charges it.
fn new_payment(
    context: &RequestContext,
    state: &AppState,
    command: &CreatePayment,
    permit: consents::Permit,
) -> Payment {
    let now = state.clock.now().trunc_subsecs(6); // as Postgres stores it: it is compared later
    let payment_method = command.payment_method.clone();
    Payment {
        id: PaymentId::new(),
        organization_id: context.organization_id(),
        encounter_id: command.encounter_id.clone(),
        patient_id: permit.patient_id,
        amount: command.amount,
        payment_method: payment_method.or_else(|| state.default_payment_method.clone()),
        status: Status::Pending,
        failure_code: None,
        intent_id: None,
        cancel_reason: None,
        key_generation: 0,
        key_first_used_at: Some(now),
        key_last_used_at: Some(now),
        lookup_after: None,
        created_by: context.subject().to_owned(),
        attempts: 0,
        created_at: now,
    }
}
