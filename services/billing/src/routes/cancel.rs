//! Canceling a payment.

use super::payments::{PAYMENT_FORBIDDEN_DETAIL, PaymentView};
use crate::{
    AppState,
    actions::{self, cancel_payment::Cancellation},
};
use actix_web::{HttpRequest, HttpResponse, post, web::Data};
use mc_access::{Authorized, Operation, path_id};
use mc_chassis::http::{Path, Problem};
use mc_contracts::{AuditRecord, Interaction};
use mc_vocabulary::{PaymentId, Permission, problem};

/// Cancels a payment.
pub struct CancelPayment;

impl Operation for CancelPayment {
    const ACTION: &str = "billing.payment.canceled";
    const INTERACTION: Interaction = Interaction::Update;
    const PERMISSION: Option<Permission> = Some(Permission::PatientBilling);
    const FORBIDDEN_DETAIL: &str = PAYMENT_FORBIDDEN_DETAIL;

    fn describe(record: AuditRecord, request: &HttpRequest) -> AuditRecord {
        match path_id::<PaymentId>(request, "payment_id") {
            Some(id) => record.entity("Payment", id),
            None => record,
        }
    }
}

/// Cancels a payment that is not final. A repeat has no further effect.
#[utoipa::path(tag = "payments", params(("payment_id" = PaymentId, Path, description = "From the response that created it")), responses(
    (status = 200, description = "Canceled, now or before", body = PaymentView),
    (status = 202, description = "The processor must confirm it and does not respond now; it is not charged again, and is canceled as soon as the processor answers, unless it has charged it before", body = PaymentView),
    (status = 400, description = "Malformed id", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Not allowed to charge", body = Problem),
    (status = 404, description = "No such payment in this organization", body = Problem),
    (status = 409, description = "It is paid, or has failed, and cannot be canceled", body = Problem),
    (status = 503, description = "The database is not available", body = Problem),
))]
#[post("/payment-intent/{payment_id}/cancel")]
pub async fn cancel_payment(
    state: Data<AppState>,
    context: Authorized<CancelPayment>,
    id: Path<PaymentId>,
) -> Result<HttpResponse, Problem> {
    let outcome = actions::cancel_payment::execute(&context, &state, *id).await?;
    match outcome.ok_or_else(|| Problem::new(problem::NOT_FOUND))? {
        Cancellation::Canceled(payment) => Ok(HttpResponse::Ok().json(PaymentView::new(&payment, None))),
        Cancellation::Requested(payment) => Ok(HttpResponse::Accepted().json(PaymentView::new(&payment, None))),
        Cancellation::Ended(payment) => Err(Problem::new(problem::CONFLICT).detail(format!(
            "The payment is {} and cannot be canceled.",
            payment.status.as_str()
        ))),
    }
}
