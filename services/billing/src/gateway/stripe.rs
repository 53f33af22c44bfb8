//! Stripe's payment-intent API (v1). Only amount, currency and our payment id are sent.

mod intent;

use crate::domain::Payment;
use chrono::{DateTime, Utc};
use mc_keyring::{ExposeSecret, Secrets, SecretsError};
use mc_upstream::{Answer, Call, Method, Probe, ProbeOutcome, RequestBuilder, StatusCode, Upstream, UpstreamError};
use serde::{Deserialize, de::DeserializeOwned};
use std::time::Duration;

pub use intent::{Intent, IntentPage, StripeFault};

/// The required fields of secret `stripe`.
pub const FIELDS: &[&str] = &["api_key", "webhook_secret"];

/// Stripe, as billing sees it.
pub struct Stripe {
    upstream: Upstream,
    probe: Probe,
    secrets: Secrets,
}

/// Why Stripe did not respond, or its response cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unavailable {
    /// A stable name for logs.
    pub kind: &'static str,
    /// Whether Stripe may have executed the request.
    pub may_have_acted: bool,
    /// When a call may succeed, if known.
    pub retry_after: Option<Duration>,
}

/// Why an intent was not created, read or canceled.
#[derive(Debug, thiserror::Error)]
pub enum StripeError {
    /// Not available, overloaded, breaker open, or an unreadable response: try later with the same
    /// key.
    #[error("Stripe is not available: {}", .0.kind)]
    Unavailable(Unavailable),
    /// The card was declined.
    #[error("the card was declined")]
    Declined(Box<StripeFault>),
    /// The request is invalid: amount too small, unknown currency or method.
    #[error("Stripe refuses the request: {0}")]
    Refused(String),
    /// The credentials cannot be read.
    #[error("secret stripe")]
    Secrets(#[from] SecretsError),
}

impl StripeError {
    /// Whether Stripe may have executed the request although its outcome is unknown.
    pub fn may_have_acted(&self) -> bool {
        matches!(
            self,
            Self::Unavailable(Unavailable {
                may_have_acted: true,
                ..
            })
        )
    }

    fn unclear(kind: &'static str) -> Self {
        Self::Unavailable(Unavailable {
            kind,
            may_have_acted: true,
            retry_after: None,
        })
    }
}

impl From<UpstreamError> for StripeError {
    fn from(error: UpstreamError) -> Self {
        Self::Unavailable(Unavailable {
            kind: error.kind(),
            may_have_acted: error.may_have_acted(),
            retry_after: error.retry_after(),
        })
    }
}

impl Stripe {
    /// Stripe behind `upstream`, with the credentials of secret `stripe`.
    pub fn new(upstream: Upstream, secrets: Secrets) -> Self {
        let probe = Probe::new(upstream.clone(), |upstream| {
            upstream.request(Method::GET, "v1/balance").build()
        });
        Self {
            upstream,
            probe,
            secrets,
        }
    }

    /// Creates the intent of a payment, and confirms it where a payment method is known. Repeats
    /// under the payment's present key return the same intent.
    ///
    /// # Errors
    /// [`StripeError`].
    pub async fn create_intent(&self, payment: &Payment) -> Result<Intent, StripeError> {
        let mut form = vec![
            ("amount", payment.amount.minor.to_string()),
            ("currency", payment.amount.currency.to_string()),
            ("metadata[payment_id]", payment.id.to_string()),
            ("automatic_payment_methods[enabled]", "true".to_owned()),
            ("automatic_payment_methods[allow_redirects]", "never".to_owned()),
        ];
        if let Some(method) = &payment.payment_method {
            form.push(("payment_method", method.clone()));
            form.push(("confirm", "true".to_owned()));
        }
        let request = self.upstream.request(Method::POST, "v1/payment_intents");
        let request = request.header("Idempotency-Key", payment.processor_key()).form(&form);
        read(&self.send("create_payment_intent", request).await?)
    }

    /// Reads an intent, with its last charge.
    ///
    /// # Errors
    /// [`StripeError`].
    pub async fn find_intent(&self, intent_id: &str) -> Result<Intent, StripeError> {
        let path = format!("v1/payment_intents/{intent_id}");
        let request = self.upstream.request(Method::GET, &path);
        let request = request.query(&[("expand[]", "latest_charge")]);
        read(&self.send("find_payment_intent", request).await?)
    }

    /// Cancels an intent, or reads it where it can no longer be canceled. `key` is the idempotency
    /// key of this attempt.
    ///
    /// # Errors
    /// [`StripeError`].
    pub async fn cancel_intent(&self, intent_id: &str, reason: &str, key: String) -> Result<Intent, StripeError> {
        let path = format!("v1/payment_intents/{intent_id}/cancel");
        let request = self.upstream.request(Method::POST, &path);
        let request = request
            .header("Idempotency-Key", key)
            .form(&[("cancellation_reason", reason)]);
        match read(&self.send("cancel_payment_intent", request).await?) {
            // It has ended, or the bank is at it: its state decides.
            Err(StripeError::Refused(code)) if code == "payment_intent_unexpected_state" => {
                self.find_intent(intent_id).await
            }
            outcome => outcome,
        }
    }

    /// A page of the intents that were created from `from` to `to`, after the intent `after`. A
    /// page without any, which names others that follow, is not the end of the list: it is
    /// unreadable.
    ///
    /// # Errors
    /// [`StripeError`].
    pub async fn list_intents(
        &self,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        after: Option<&str>,
    ) -> Result<IntentPage, StripeError> {
        let mut query = vec![
            ("created[gte]", from.timestamp().to_string()),
            ("created[lte]", to.timestamp().to_string()),
            ("limit", "100".to_owned()),
        ];
        query.extend(after.map(|after| ("starting_after", after.to_owned())));
        let request = self.upstream.request(Method::GET, "v1/payment_intents").query(&query);
        let page: IntentPage = read(&self.send("list_payment_intents", request).await?)?;
        if page.has_more && page.data.is_empty() {
            return Err(StripeError::unclear("unreadable_answer"));
        }
        Ok(page)
    }

    async fn send(&self, operation: &'static str, request: RequestBuilder) -> Result<Answer, StripeError> {
        let key = self.api_key().await?;
        let request = request.bearer_auth(key).build().map_err(UpstreamError::from)?;
        let call = Call {
            operation,
            request,
            idempotent: true,
            deadline: None,
        };
        Ok(self.upstream.send(call).await?)
    }

    /// Whether Stripe is called over TLS.
    pub fn is_encrypted(&self) -> bool {
        self.upstream.base_url().scheme() == "https"
    }

    /// The secret that signs webhooks.
    ///
    /// # Errors
    /// Naming the field that is missing.
    pub async fn webhook_secret(&self) -> Result<String, SecretsError> {
        Ok(self
            .secrets
            .require("stripe", FIELDS)
            .await?
            .field("webhook_secret")?
            .expose_secret()
            .to_owned())
    }

    /// Whether Stripe responds; the result is at most seconds old.
    pub async fn probe(&self) -> ProbeOutcome {
        self.probe.check().await
    }

    /// The breaker and the address.
    pub fn upstream(&self) -> &Upstream {
        &self.upstream
    }

    async fn api_key(&self) -> Result<String, SecretsError> {
        Ok(self
            .secrets
            .require("stripe", FIELDS)
            .await?
            .field("api_key")?
            .expose_secret()
            .to_owned())
    }
}

fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, StripeError> {
    #[derive(Deserialize)]
    struct Refusal {
        error: StripeFault,
    }
    if answer.status.is_success() {
        return serde_json::from_slice(&answer.body).map_err(|_| StripeError::unclear("unreadable_answer"));
    }
    let fault = serde_json::from_slice::<Refusal>(&answer.body)
        .map(|refusal| refusal.error)
        .unwrap_or_default();
    match answer.status {
        StatusCode::PAYMENT_REQUIRED => Err(StripeError::Declined(Box::new(fault))),
        // Another attempt with the same key is running.
        StatusCode::CONFLICT => Err(StripeError::unclear("key_in_use")),
        // An attempt with other parameters has used the key: its outcome is not known here.
        _ if fault.kind.as_deref() == Some("idempotency_error") => Err(StripeError::unclear("idempotency_error")),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            tracing::error!(
                http.response.status_code = answer.status.as_u16(),
                "Stripe does not accept our api_key: renew secret stripe"
            );
            Err(StripeError::Unavailable(Unavailable {
                kind: "credentials_refused",
                may_have_acted: false,
                retry_after: None,
            }))
        }
        _ => Err(StripeError::Refused(fault.code.unwrap_or_else(|| "unknown".to_owned()))),
    }
}
