//! A payment intent as Stripe shows it, and what can become of it.

use super::{card::Card, intent_form::NewIntent, stripe_error::StripeError};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// The version of the interface that objects follow.
pub const API_VERSION: &str = "2024-06-20";

/// Random parts of ids, drawn by the caller.
#[derive(Debug, Clone)]
pub struct Draws {
    /// For the intent or the charge.
    pub id: String,
    /// For the client secret.
    pub secret: String,
}

/// What came of a confirmation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmed {
    /// The event that tells of it.
    pub event: &'static str,
    /// The answer, where it is an error: HTTP status and body.
    pub refusal: Option<(u16, Value)>,
}

/// A new intent, not confirmed yet.
pub fn new(wanted: &NewIntent, draws: &Draws, now: DateTime<Utc>) -> Value {
    let id = format!("pi_{}", draws.id);
    let status = if wanted.payment_method.is_some() {
        "requires_confirmation"
    } else {
        "requires_payment_method"
    };
    let automatic = wanted
        .automatic
        .filter(|enabled| *enabled)
        .map(|_| json!({ "allow_redirects": if wanted.may_redirect { "always" } else { "never" }, "enabled": true }));
    json!({
        "id": id, "object": "payment_intent", "amount": wanted.amount, "amount_capturable": 0,
        "amount_details": { "tip": {} }, "amount_received": 0, "application": null, "application_fee_amount": null,
        "automatic_payment_methods": automatic, "canceled_at": null, "cancellation_reason": null,
        "capture_method": "automatic", "client_secret": format!("{id}_secret_{}", draws.secret),
        "confirmation_method": "automatic", "created": now.timestamp(), "currency": wanted.currency, "customer": null,
        "description": wanted.description, "invoice": null, "last_payment_error": null, "latest_charge": null,
        "livemode": false, "metadata": wanted.metadata, "next_action": null, "on_behalf_of": null,
        "payment_method": wanted.payment_method, "payment_method_configuration_details": null,
        "payment_method_options": { "card": { "request_three_d_secure": "automatic" } },
        "payment_method_types": ["card"], "processing": null, "receipt_email": null, "review": null,
        "setup_future_usage": null, "shipping": null, "source": null, "statement_descriptor": null,
        "statement_descriptor_suffix": null, "status": status, "transfer_data": null, "transfer_group": null,
    })
}

/// Charges the card of the intent.
///
/// # Errors
/// Where the intent cannot be confirmed now; it is then unchanged.
pub fn confirm(
    intent: &mut Value,
    payment_method: Option<String>,
    return_url: Option<&str>,
    draws: &Draws,
) -> Result<Confirmed, StripeError> {
    let status = intent["status"].as_str().unwrap_or_default();
    if !matches!(
        status,
        "requires_payment_method" | "requires_confirmation" | "requires_action"
    ) {
        return Err(unexpected(&format!(
            "You cannot confirm this PaymentIntent because it has a status of {status}."
        )));
    }
    let method = payment_method.or_else(|| intent["payment_method"].as_str().map(str::to_owned));
    let Some(method) = method else {
        return Err(unexpected(
            "You cannot confirm this PaymentIntent because it's missing a payment method.",
        ));
    };
    let card = Card::find(&method).ok_or_else(|| {
        let message = format!("No such PaymentMethod: '{method}'");
        StripeError::invalid("resource_missing", "payment_method", message)
    })?;
    if intent["automatic_payment_methods"]["allow_redirects"] == "always" && return_url.is_none() {
        let message = "This PaymentIntent is configured to accept payment methods that might redirect your customer off \
            of your page: you must provide a `return_url`, or set `automatic_payment_methods[allow_redirects]` to never.";
        return Err(StripeError::invalid("", "", message));
    }
    intent["payment_method"] = json!(method);
    Ok(charge(intent, card, return_url, draws))
}

fn charge(intent: &mut Value, card: Card, return_url: Option<&str>, draws: &Draws) -> Confirmed {
    intent["last_payment_error"] = Value::Null;
    intent["next_action"] = Value::Null;
    match card {
        Card::Succeeds => {
            intent["status"] = json!("succeeded");
            intent["amount_received"] = intent["amount"].clone();
            intent["latest_charge"] = json!(format!("ch_{}", draws.id));
            Confirmed {
                event: "payment_intent.succeeded",
                refusal: None,
            }
        }
        Card::NeedsAuthentication => {
            intent["status"] = json!("requires_action");
            intent["next_action"] = match return_url {
                Some(url) => json!({ "type": "redirect_to_url", "redirect_to_url": { "return_url": url,
                    "url": format!("https://hooks.stripe.com/redirect/authenticate/src_{}", draws.id) } }),
                None => json!({ "type": "use_stripe_sdk", "use_stripe_sdk": { "type": "three_d_secure_redirect",
                    "stripe_js": format!("https://hooks.stripe.com/redirect/authenticate/src_{}", draws.id) } }),
            };
            Confirmed {
                event: "payment_intent.requires_action",
                refusal: None,
            }
        }
        Card::Declined(decline) => {
            let charge = format!("ch_{}", draws.id);
            let mut error = json!({ "charge": charge, "code": decline.code, "message": decline.message,
                "doc_url": format!("https://stripe.com/docs/error-codes/{}", decline.code.replace('_', "-")),
                "payment_method": { "id": intent["payment_method"], "object": "payment_method", "type": "card" },
                "type": "card_error" });
            if !decline.decline_code.is_empty() {
                error["decline_code"] = json!(decline.decline_code);
            }
            intent["status"] = json!("requires_payment_method");
            intent["latest_charge"] = json!(charge);
            intent["payment_method"] = Value::Null;
            intent["last_payment_error"] = error.clone();
            error["payment_intent"] = intent.clone();
            Confirmed {
                event: "payment_intent.payment_failed",
                refusal: Some((402, json!({ "error": error }))),
            }
        }
    }
}

/// What the cardholder does at the issuer's page: proves who they are, or fails to.
///
/// # Errors
/// Where nothing of the kind is waited for.
pub fn authenticate(intent: &mut Value, succeeds: bool, draws: &Draws) -> Result<Confirmed, StripeError> {
    if intent["status"] != "requires_action" {
        return Err(unexpected("This PaymentIntent waits for no authentication."));
    }
    if succeeds {
        return Ok(charge(intent, Card::Succeeds, None, draws));
    }
    let message =
        "We are unable to authenticate your payment method. Please choose a different payment method and try again.";
    intent["status"] = json!("requires_payment_method");
    intent["next_action"] = Value::Null;
    intent["payment_method"] = Value::Null;
    intent["last_payment_error"] = json!({ "code": "payment_intent_authentication_failure", "message": message,
        "doc_url": "https://stripe.com/docs/error-codes/payment-intent-authentication-failure",
        "type": "invalid_request_error" });
    Ok(Confirmed {
        event: "payment_intent.payment_failed",
        refusal: None,
    })
}

/// Gives the intent up.
///
/// # Errors
/// Where it is over already.
pub fn cancel(intent: &mut Value, reason: Option<String>, now: DateTime<Utc>) -> Result<(), StripeError> {
    let status = intent["status"].as_str().unwrap_or_default();
    if matches!(status, "succeeded" | "canceled" | "processing") {
        return Err(unexpected(&format!(
            "You cannot cancel this PaymentIntent because it has a status of {status}."
        )));
    }
    intent["status"] = json!("canceled");
    intent["canceled_at"] = json!(now.timestamp());
    intent["cancellation_reason"] = json!(reason);
    intent["next_action"] = Value::Null;
    Ok(())
}

/// The event that tells of a change; `intent` as it is after it.
pub fn event(id: &str, kind: &str, intent: &Value, request: (&str, Option<&str>), now: DateTime<Utc>) -> Value {
    json!({
        "id": format!("evt_{id}"), "object": "event", "api_version": API_VERSION, "created": now.timestamp(),
        "data": { "object": intent }, "livemode": false, "pending_webhooks": 1,
        "request": { "id": format!("req_{}", request.0), "idempotency_key": request.1 }, "type": kind,
    })
}

fn unexpected(message: &str) -> StripeError {
    StripeError::invalid("payment_intent_unexpected_state", "", message)
}
