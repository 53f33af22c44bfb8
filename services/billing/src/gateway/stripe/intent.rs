//! What Stripe describes: intents, and why one failed.

use crate::domain::{Payment, Status};
use serde::Deserialize;

/// The members of a payment intent that we read.
#[derive(Debug, Clone, Deserialize)]
pub struct Intent {
    /// Stripe's id.
    pub id: String,
    /// Stripe's status.
    pub status: String,
    /// In minor units.
    pub amount: i64,
    /// Lower case.
    pub currency: String,
    /// Lets a browser confirm; a secret.
    #[serde(default)]
    pub client_secret: Option<String>,
    /// Our reference.
    #[serde(default)]
    pub metadata: Metadata,
    /// Why the last attempt failed.
    #[serde(default)]
    pub last_payment_error: Option<StripeFault>,
    /// The last charge: its id, or the charge itself where it was requested.
    #[serde(default)]
    pub latest_charge: Option<serde_json::Value>,
}

/// The only data that Stripe gets besides amount and payment method.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Metadata {
    /// Our payment id.
    #[serde(default)]
    pub payment_id: Option<String>,
}

/// The members of Stripe's error that we read: codes, never messages.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct StripeFault {
    /// Such as `card_error`, `idempotency_error`.
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
    /// Such as `card_declined`, `parameter_unknown`.
    #[serde(default)]
    pub code: Option<String>,
    /// Such as `insufficient_funds`.
    #[serde(default)]
    pub decline_code: Option<String>,
    /// The intent that was declined.
    #[serde(default)]
    pub payment_intent: Option<Box<Intent>>,
}

/// A page of intents, newest first.
#[derive(Debug, Deserialize)]
pub struct IntentPage {
    /// The intents.
    pub data: Vec<Intent>,
    /// Whether older ones follow.
    pub has_more: bool,
}

impl Intent {
    /// Whether it was made for `payment`.
    pub fn names(&self, payment: &Payment) -> bool {
        self.metadata.payment_id.as_deref() == Some(payment.id.to_string().as_str())
    }

    /// Whether it was made for `payment`, and charges what was requested.
    pub fn is_of(&self, payment: &Payment) -> bool {
        self.names(payment)
            && self.amount == payment.amount.minor
            && self.currency == payment.amount.currency.to_string()
    }

    /// Whether everything that it charged was given back.
    pub fn is_refunded(&self) -> bool {
        let charge = self.latest_charge.as_ref();
        charge.is_some_and(|charge| charge["refunded"] == serde_json::Value::Bool(true))
    }

    /// Our status for Stripe's. The action decides whether `succeeded` is accepted already.
    pub fn status(&self) -> Status {
        match self.status.as_str() {
            "requires_action" => Status::RequiresAction,
            "requires_payment_method" if self.last_payment_error.is_some() => Status::Failed,
            "requires_payment_method" | "requires_confirmation" => Status::RequiresPaymentMethod,
            "succeeded" => Status::Succeeded,
            "canceled" => Status::Canceled,
            _ => Status::Processing,
        }
    }
}
