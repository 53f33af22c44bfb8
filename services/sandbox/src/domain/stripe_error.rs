//! Errors as Stripe writes them.

use serde_json::{Value, json};

/// A refusal: HTTP status and the members of `error`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{status} {kind}")]
pub struct StripeError {
    /// HTTP status.
    pub status: u16,
    /// `type`.
    pub kind: &'static str,
    /// `code`; empty where Stripe gives none.
    pub code: &'static str,
    /// `param`.
    pub param: Option<String>,
    /// `message`.
    pub message: String,
}

impl StripeError {
    /// 400 `invalid_request_error`.
    pub fn invalid(code: &'static str, param: &str, message: impl Into<String>) -> Self {
        let param = Some(param.to_owned()).filter(|param| !param.is_empty());
        Self {
            status: 400,
            kind: "invalid_request_error",
            code,
            param,
            message: message.into(),
        }
    }

    /// 404 `resource_missing`.
    pub fn missing(kind: &str, id: &str) -> Self {
        let message = format!("No such {kind}: '{id}'");
        Self {
            status: 404,
            ..Self::invalid("resource_missing", "intent", message)
        }
    }

    /// 401.
    pub fn unauthorized() -> Self {
        Self {
            status: 401,
            ..Self::invalid("", "", "Invalid API Key provided.")
        }
    }

    /// 404 for a path that does not exist.
    pub fn unknown_path(method: &str, path: &str) -> Self {
        let message = format!("Unrecognized request URL ({method}: {path}).");
        Self {
            status: 404,
            ..Self::invalid("", "", message)
        }
    }

    /// 409: the key is in use by a request that still runs.
    pub fn key_in_use() -> Self {
        let message = "There is currently another in-progress request using this Idempotency Key.";
        Self {
            status: 409,
            kind: "idempotency_error",
            ..Self::invalid("idempotency_key_in_use", "", message)
        }
    }

    /// 400: the key was used with other parameters.
    pub fn key_reused() -> Self {
        let message =
            "Keys for idempotent requests can only be used with the same parameters they were first used with.";
        Self {
            kind: "idempotency_error",
            ..Self::invalid("", "", message)
        }
    }

    /// 429.
    pub fn rate_limited() -> Self {
        Self {
            status: 429,
            ..Self::invalid("rate_limit", "", "Request rate limit exceeded.")
        }
    }

    /// 500.
    pub fn api_error() -> Self {
        let message = "An unknown error occurred.";
        Self {
            status: 500,
            kind: "api_error",
            ..Self::invalid("", "", message)
        }
    }

    /// The body.
    pub fn body(&self) -> Value {
        let mut error = json!({ "type": self.kind, "message": self.message });
        if !self.code.is_empty() {
            error["code"] = json!(self.code);
            error["doc_url"] = json!(format!(
                "https://stripe.com/docs/error-codes/{}",
                self.code.replace('_', "-")
            ));
        }
        if let Some(param) = &self.param {
            error["param"] = json!(param);
        }
        json!({ "error": error })
    }
}
