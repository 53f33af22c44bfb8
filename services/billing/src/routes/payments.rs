//! Payments.

use crate::{
    AppState,
    actions::{
        self, SettleError,
        create_payment::{CreatePayment, CreatePaymentError},
    },
    domain::{Payment, Status},
};
use actix_web::{HttpRequest, HttpResponse, get, post, web::Data};
use chrono::{DateTime, Utc};
use garde::Validate;
use mc_access::{Authorized, Caller, Operation, path_id};
use mc_chassis::http::{Body, IdempotencyKey, Path, Problem};
use mc_contracts::{AuditRecord, Interaction};
use mc_idempotency::StoredResponse;
use mc_vocabulary::{Currency, EncounterId, Money, PaymentId, Permission, problem};
use serde::{Deserialize, Serialize};

/// A charge.
#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreatePaymentRequest {
    /// In minor units: 2500 is 25.00 usd.
    #[garde(range(min = 1, max = 99_999_999))]
    #[schema(minimum = 1, maximum = 99_999_999, example = 2500)]
    #[serde(deserialize_with = "mc_vocabulary::deserialize_minor_units")]
    amount: i64,
    #[garde(skip)]
    currency: Currency,
    /// The visit that is paid for.
    #[garde(skip)]
    patient_encounter_id: EncounterId,
    /// Stored sealed; never sent to the processor.
    #[garde(dive)]
    #[serde(default)]
    metadata: Option<PaymentContext>,
    /// The processor's id of a card on file; without it the patient's browser confirms.
    #[garde(inner(length(bytes, min = 1, max = 100), ascii))]
    #[schema(min_length = 1, max_length = 100, example = "pm_card_visa")]
    #[serde(default)]
    payment_method: Option<String>,
}

/// What the charge is for; for our own records.
#[derive(Deserialize, Serialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentContext {
    #[garde(inner(length(chars, max = 100)))]
    #[schema(max_length = 100)]
    #[serde(default)]
    visit_type: Option<String>,
    #[garde(inner(length(chars, max = 100)))]
    #[schema(max_length = 100)]
    #[serde(default)]
    provider: Option<String>,
    #[garde(skip)]
    #[serde(default)]
    insurance_verified: Option<bool>,
}

/// A payment.
#[derive(Serialize, utoipa::ToSchema)]
pub struct PaymentView {
    payment_id: PaymentId,
    status: Status,
    /// In minor units.
    amount: i64,
    currency: Currency,
    patient_encounter_id: EncounterId,
    /// The processor's id, once it has the payment.
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_intent_id: Option<String>,
    /// For the patient's browser, while it must confirm.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
    /// Why it failed, as the processor's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_code: Option<String>,
    created_at: DateTime<Utc>,
}

impl PaymentView {
    /// `payment`, with its client secret while the patient's browser needs it.
    pub(super) fn new(payment: &Payment, client_secret: Option<String>) -> Self {
        let browser_confirms = matches!(payment.status, Status::RequiresPaymentMethod | Status::RequiresAction);
        Self {
            payment_id: payment.id,
            status: payment.status,
            amount: payment.amount.minor,
            currency: payment.amount.currency,
            patient_encounter_id: payment.encounter_id.clone(),
            payment_intent_id: payment.intent_id.clone(),
            client_secret: client_secret.filter(|_| browser_confirms),
            failure_code: payment.failure_code.clone(),
            created_at: payment.created_at,
        }
    }
}

pub(super) const PAYMENT_FORBIDDEN_DETAIL: &str = "Insufficient permissions for patient billing";

/// Charges a patient.
pub struct CreatePaymentIntent;

impl Operation for CreatePaymentIntent {
    const ACTION: &str = "billing.payment_intent.created";
    const INTERACTION: Interaction = Interaction::Create;
    const PERMISSION: Option<Permission> = Some(Permission::PatientBilling);
    const FORBIDDEN_DETAIL: &str = PAYMENT_FORBIDDEN_DETAIL;
}

/// Reads a payment.
pub struct GetPayment;

impl Operation for GetPayment {
    const ACTION: &str = "billing.payment.read";
    const INTERACTION: Interaction = Interaction::Read;
    const PERMISSION: Option<Permission> = Some(Permission::PatientBilling);
    const FORBIDDEN_DETAIL: &str = PAYMENT_FORBIDDEN_DETAIL;

    fn describe(record: AuditRecord, request: &HttpRequest) -> AuditRecord {
        match path_id::<PaymentId>(request, "payment_id") {
            Some(id) => record.entity("Payment", id),
            None => record,
        }
    }
}

/// Charges a patient for a visit.
#[utoipa::path(tag = "payments", request_body = CreatePaymentRequest,
    params(("Idempotency-Key" = String, Header, description = "A repeat with the same key gets the stored response; nothing is charged again")), responses(
    (status = 201, description = "At the processor", body = PaymentView),
    (status = 202, description = "The processor is unavailable; the charge is made once when it is available again", body = PaymentView),
    (status = 400, description = "Unreadable body", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 402, description = "The card was declined, or the processor refuses the amount", body = Problem),
    (status = 403, description = "Not allowed to charge, or the patient has not consented", body = Problem),
    (status = 409, description = "The same request is still running", body = Problem),
    (status = 422, description = "A field is invalid, or the key was used for another request", body = Problem),
    (status = 428, description = "No Idempotency-Key", body = Problem),
    (status = 503, description = "The database is not available; nothing was charged", body = Problem),
))]
#[post("/payment-intent")]
pub async fn create_payment(
    state: Data<AppState>,
    caller: Caller<CreatePaymentIntent>,
    key: IdempotencyKey,
    body: Body<CreatePaymentRequest>,
) -> Result<HttpResponse, Problem> {
    let request = body.value;
    let context = caller
        .authorize(|record| {
            record
                .entity("Encounter", &request.patient_encounter_id)
                .purpose("HPAYMT")
        })
        .await?;
    let command = CreatePayment {
        amount: Money::new(request.amount, request.currency),
        encounter_id: request.patient_encounter_id,
        payment_method: request.payment_method,
        context: request
            .metadata
            .and_then(|context| serde_json::to_string(&context).ok()),
    };
    let (state, context) = (&state, &context);
    state
        .idempotency
        .once_on_record(context, "POST payment-intent", &key, body.digest, |claim| async move {
            Ok(actions::create_payment::execute(context, state, command, &claim, answer).await?)
        })
        .await
}

fn answer(payment: &Payment, client_secret: Option<String>) -> StoredResponse {
    match payment.status {
        Status::Pending => StoredResponse::json(202_u16, &PaymentView::new(payment, None)),
        Status::Failed => {
            let code = payment.failure_code.as_deref().unwrap_or("unknown");
            let problem = Problem::new(problem::PAYMENT_DECLINED).detail(format!(
                "The payment failed with {code}; nothing was charged. Its id is {}.",
                payment.id
            ));
            StoredResponse::json(402_u16, &problem)
        }
        _ => StoredResponse::json(201_u16, &PaymentView::new(payment, client_secret)),
    }
}

/// Returns a payment.
#[utoipa::path(tag = "payments", params(("payment_id" = PaymentId, Path, description = "From the response that created it")), responses(
    (status = 200, description = "The payment", body = PaymentView),
    (status = 400, description = "Malformed id", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Not allowed to see charges", body = Problem),
    (status = 404, description = "No such payment in this organization", body = Problem),
))]
#[get("/payment-intent/{payment_id}")]
pub async fn get_payment(
    state: Data<AppState>,
    context: Authorized<GetPayment>,
    id: Path<PaymentId>,
) -> Result<HttpResponse, Problem> {
    let found = actions::get_payment::execute(&context, &state, *id).await?;
    let (payment, secret) = found.ok_or_else(|| Problem::new(problem::NOT_FOUND))?;
    Ok(HttpResponse::Ok().json(PaymentView::new(&payment, secret)))
}

impl From<CreatePaymentError> for Problem {
    fn from(error: CreatePaymentError) -> Self {
        match error {
            CreatePaymentError::NoConsent => {
                Problem::new(problem::CONSENT_REQUIRED).detail("Patient consent required for billing")
            }
            CreatePaymentError::KeyReused => Problem::new(problem::IDEMPOTENCY_KEY_REUSED)
                .at("header:Idempotency-Key", "was used for another payment"),
            CreatePaymentError::Settle(_) => Problem::internal(&error),
        }
    }
}

impl From<SettleError> for Problem {
    fn from(error: SettleError) -> Self {
        Problem::internal(&error)
    }
}
