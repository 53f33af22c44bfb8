//! The form parameters of payment-intent requests, validated as strictly as Stripe does.

use super::stripe_error::StripeError;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Largest amount, in minor units.
const MAX_AMOUNT: i64 = 99_999_999;
/// Currencies of test mode with their smallest charge, in minor units.
const CURRENCIES: &[(&str, i64)] = &[
    ("usd", 50),
    ("eur", 50),
    ("gbp", 30),
    ("cad", 50),
    ("aud", 50),
    ("chf", 50),
    ("jpy", 50),
    ("mxn", 1000),
];
/// Parameters that are accepted and have no effect here.
const ACCEPTED: &[&str] = &[
    "description",
    "capture_method",
    "confirmation_method",
    "off_session",
    "payment_method_types",
    "payment_method_options",
    "return_url",
    "setup_future_usage",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_group",
    "use_stripe_sdk",
    "expand",
];
const MAX_METADATA_KEYS: usize = 50;

/// Parameters as sent, in order of their names; `metadata[visit]` is a name.
#[derive(Debug, Clone, Default)]
pub struct Form(BTreeMap<String, String>);

/// A request to create an intent.
#[derive(Debug, Clone)]
pub struct NewIntent {
    /// Minor units.
    pub amount: i64,
    /// ISO 4217, lower case.
    pub currency: String,
    /// `pm_…`.
    pub payment_method: Option<String>,
    /// Whether to confirm at once.
    pub confirm: bool,
    /// `automatic_payment_methods[enabled]`; None where it is not set.
    pub automatic: Option<bool>,
    /// `automatic_payment_methods[allow_redirects]` is not `never`.
    pub may_redirect: bool,
    /// The caller's own names and values.
    pub metadata: Map<String, Value>,
    /// For people.
    pub description: Option<String>,
    /// Where a redirect returns.
    pub return_url: Option<String>,
}

impl Form {
    /// From name and value pairs.
    ///
    /// # Errors
    /// A name that occurs twice.
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Self, StripeError> {
        let mut form = BTreeMap::new();
        for (name, value) in pairs {
            if form.insert(name.clone(), value).is_some() && !name.ends_with("[]") {
                return Err(StripeError::invalid(
                    "",
                    &name,
                    "Received the same parameter more than once.",
                ));
            }
        }
        Ok(Self(form))
    }

    /// A parameter; an empty one counts as absent.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The same text for the same parameters, however they were ordered.
    pub fn canonical(&self) -> String {
        self.0
            .iter()
            .fold(String::new(), |text, (name, value)| text + name + "\0" + value + "\0")
    }

    /// Refuses a parameter whose outermost name is not in `known`.
    ///
    /// # Errors
    /// `parameter_unknown`, naming it.
    pub fn refuse_unknown(&self, known: &[&str]) -> Result<(), StripeError> {
        let outer = |name: &str| name.split('[').next().unwrap_or_default().to_owned();
        match self.0.keys().find(|name| !known.contains(&outer(name).as_str())) {
            None => Ok(()),
            Some(name) => {
                let message = format!("Received unknown parameter: {}", outer(name));
                Err(StripeError::invalid("parameter_unknown", &outer(name), message))
            }
        }
    }

    fn boolean(&self, name: &str) -> Result<Option<bool>, StripeError> {
        match self.get(name) {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => Err(StripeError::invalid(
                "parameter_invalid_boolean",
                name,
                "Invalid boolean",
            )),
        }
    }

    fn metadata(&self) -> Result<Map<String, Value>, StripeError> {
        let mut metadata = Map::new();
        for (name, value) in &self.0 {
            let Some(key) = name.strip_prefix("metadata[").and_then(|rest| rest.strip_suffix(']')) else {
                continue;
            };
            if key.len() > 40 || value.len() > 500 {
                let message = "Metadata keys can have up to 40 characters, values up to 500.";
                return Err(StripeError::invalid("parameter_invalid_string_blank", name, message));
            }
            metadata.insert(key.to_owned(), Value::from(value.as_str()));
        }
        if metadata.len() > MAX_METADATA_KEYS {
            return Err(StripeError::invalid("", "metadata", "You can specify up to 50 keys."));
        }
        Ok(metadata)
    }
}

impl NewIntent {
    /// Reads the parameters of `POST /v1/payment_intents`.
    ///
    /// # Errors
    /// The first parameter that Stripe would refuse.
    pub fn read(form: &Form) -> Result<Self, StripeError> {
        let own = [
            "amount",
            "currency",
            "confirm",
            "payment_method",
            "automatic_payment_methods",
            "metadata",
        ];
        form.refuse_unknown(&[&own, ACCEPTED].concat())?;
        let amount = amount(form)?;
        let currency = currency(form, amount)?;
        let redirects = form.get("automatic_payment_methods[allow_redirects]");
        if redirects.is_some_and(|value| !matches!(value, "always" | "never")) {
            let param = "automatic_payment_methods[allow_redirects]";
            return Err(StripeError::invalid(
                "",
                param,
                format!("Invalid {param}: must be one of always or never"),
            ));
        }
        Ok(Self {
            amount,
            currency,
            payment_method: form.get("payment_method").map(str::to_owned),
            confirm: form.boolean("confirm")?.unwrap_or(false),
            automatic: form.boolean("automatic_payment_methods[enabled]")?,
            may_redirect: redirects != Some("never"),
            metadata: form.metadata()?,
            description: form.get("description").map(str::to_owned),
            return_url: form.get("return_url").map(str::to_owned),
        })
    }
}

/// The parameters of a request to confirm: payment method and where a redirect returns.
///
/// # Errors
/// An unknown parameter.
pub fn read_confirmation(form: &Form) -> Result<(Option<String>, Option<String>), StripeError> {
    form.refuse_unknown(&[&["payment_method"], ACCEPTED].concat())?;
    Ok((
        form.get("payment_method").map(str::to_owned),
        form.get("return_url").map(str::to_owned),
    ))
}

/// The reason of a request to cancel.
///
/// # Errors
/// An unknown parameter or reason.
pub fn read_cancellation(form: &Form) -> Result<Option<String>, StripeError> {
    form.refuse_unknown(&["cancellation_reason", "expand"])?;
    let reason = form.get("cancellation_reason");
    let known = ["duplicate", "fraudulent", "requested_by_customer", "abandoned"];
    if reason.is_some_and(|reason| !known.contains(&reason)) {
        let message = format!("Invalid cancellation_reason: must be one of {}", known.join(", "));
        return Err(StripeError::invalid("", "cancellation_reason", message));
    }
    Ok(reason.map(str::to_owned))
}

fn required<'f>(form: &'f Form, name: &str) -> Result<&'f str, StripeError> {
    form.get(name)
        .ok_or_else(|| StripeError::invalid("parameter_missing", name, format!("Missing required param: {name}.")))
}

fn amount(form: &Form) -> Result<i64, StripeError> {
    let text = required(form, "amount")?;
    let amount: i64 = text
        .parse()
        .map_err(|_| StripeError::invalid("parameter_invalid_integer", "amount", "Invalid integer"))?;
    if amount < 1 {
        return Err(StripeError::invalid(
            "parameter_invalid_integer",
            "amount",
            "This value must be greater than or equal to 1.",
        ));
    }
    if amount > MAX_AMOUNT {
        let message = "Amount must be no more than 999,999.99";
        return Err(StripeError::invalid("amount_too_large", "amount", message));
    }
    Ok(amount)
}

fn currency(form: &Form, amount: i64) -> Result<String, StripeError> {
    let currency = required(form, "currency")?.to_ascii_lowercase();
    let Some((_, smallest)) = CURRENCIES.iter().find(|(code, _)| *code == currency) else {
        let known: Vec<_> = CURRENCIES.iter().map(|(code, _)| *code).collect();
        let message = format!(
            "Invalid currency. Test mode supports these currencies: {}",
            known.join(", ")
        );
        return Err(StripeError::invalid("", "currency", message));
    };
    if amount < *smallest {
        let message = format!("Amount must be at least {smallest} in the smallest unit of {currency}");
        return Err(StripeError::invalid("amount_too_small", "amount", message));
    }
    Ok(currency)
}
