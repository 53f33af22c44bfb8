//! The webhook that Stripe calls when a payment changes.

use crate::{
    AppState,
    actions::apply_webhook::{self, ApplyWebhookError},
};
use actix_web::{
    HttpRequest, HttpResponse, post,
    web::{Bytes, Data},
};
use mc_access::RequestContext;
use mc_chassis::http::{Origin, Problem, required_header};
use mc_contracts::Actor;
use mc_vocabulary::problem;

/// Receives an event from Stripe. It is authenticated by the signature over the exact bytes; no
/// token is needed.
#[utoipa::path(tag = "payments", security(()), request_body(content = serde_json::Value, description = "A Stripe event"),
    params(("Stripe-Signature" = String, Header, description = "`t=…,v1=…`")), responses(
    (status = 200, description = "Applied, applied before, or of another system"),
    (status = 400, description = "The signature or the body is invalid", body = Problem),
    (status = 428, description = "No signature", body = Problem),
    (status = 503, description = "Cannot be applied now; send it again", body = Problem),
))]
#[post("/webhook")]
pub async fn receive(
    state: Data<AppState>,
    request: HttpRequest,
    body: Bytes,
    origin: Origin,
) -> Result<HttpResponse, Problem> {
    let signature = required_header(request.headers(), "Stripe-Signature")?;
    let context = RequestContext::for_anonymous(Actor::system("stripe.webhook"), origin, &state.clock);
    apply_webhook::execute(&context, &state, signature, &body).await?;
    Ok(HttpResponse::Ok().json(serde_json::json!({ "received": true })))
}

impl From<ApplyWebhookError> for Problem {
    fn from(error: ApplyWebhookError) -> Self {
        match error {
            ApplyWebhookError::Signature(error) => {
                Problem::new(problem::WEBHOOK_REFUSED).at("header:Stripe-Signature", error.to_string())
            }
            ApplyWebhookError::Unreadable => {
                Problem::new(problem::BAD_REQUEST).detail("The body is not a Stripe event.")
            }
            ApplyWebhookError::Secrets(_) => {
                Problem::unavailable("The secret that verifies webhooks cannot be read now.")
            }
            ApplyWebhookError::Store(_) | ApplyWebhookError::Settle(_) => Problem::internal(&error),
        }
    }
}
