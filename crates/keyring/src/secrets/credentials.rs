//! The fields of one secret.

use std::{collections::BTreeMap, fmt, sync::Arc};

use secrecy::{ExposeSecret as _, SecretString};

use super::SecretsError;

/// The fields of one secret. `Debug` prints the names of fields, never a value.
#[derive(Clone)]
pub struct Credentials {
    origin: Arc<Origin>,
    fields: BTreeMap<String, SecretString>,
}

/// Where a secret was read, so that the error about a missing field states the remedy.
pub(crate) struct Origin {
    pub(crate) provider: &'static str,
    pub(crate) secret: String,
    /// Text before and after the field name in the remedy: `create file /dir/name/` + field.
    pub(crate) remedy_before: String,
    pub(crate) remedy_after: String,
}

impl Credentials {
    pub(crate) fn new(origin: Origin, fields: BTreeMap<String, SecretString>) -> Self {
        Self {
            origin: Arc::new(origin),
            fields,
        }
    }

    /// Credentials without a provider, for tests and for tools that create secrets.
    pub fn from_fields<'a>(secret: &str, fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let origin = Origin {
            provider: "given",
            secret: secret.to_owned(),
            remedy_before: "add field ".to_owned(),
            remedy_after: String::new(),
        };
        let fields = fields
            .into_iter()
            .map(|(name, value)| (name.to_owned(), SecretString::from(value)))
            .collect();
        Self::new(origin, fields)
    }

    /// The name of the secret.
    pub fn secret_name(&self) -> &str {
        &self.origin.secret
    }

    /// The value of a field; an empty value counts as missing.
    pub fn get(&self, field: &str) -> Option<&SecretString> {
        self.fields.get(field).filter(|value| !value.expose_secret().is_empty())
    }

    /// The value of a field.
    ///
    /// # Errors
    /// [`SecretsError::MissingField`] with the remedy.
    pub fn field(&self, field: &str) -> Result<&SecretString, SecretsError> {
        self.get(field).ok_or_else(|| self.missing(&[field]))
    }

    /// The names of the fields, in order.
    pub fn field_names(&self) -> impl Iterator<Item = &str> {
        self.fields.keys().map(String::as_str)
    }

    /// Requires that every named field is present and not empty.
    ///
    /// # Errors
    /// [`SecretsError::MissingField`] naming all missing fields.
    pub fn check(&self, fields: &[&str]) -> Result<(), SecretsError> {
        let missing: Vec<&str> = fields
            .iter()
            .copied()
            .filter(|field| self.get(field).is_none())
            .collect();
        if missing.is_empty() {
            Ok(())
        } else {
            Err(self.missing(&missing))
        }
    }

    pub(crate) fn missing(&self, fields: &[&str]) -> SecretsError {
        let origin = &self.origin;
        let remedies: Vec<String> = fields
            .iter()
            .map(|field| format!("{}{field}{}", origin.remedy_before, origin.remedy_after))
            .collect();
        SecretsError::MissingField {
            provider: origin.provider,
            secret: origin.secret.clone(),
            fields: fields.join(", "),
            remedy: remedies.join("; "),
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Credentials")
            .field("secret", &self.origin.secret)
            .field("fields", &self.fields.keys().collect::<Vec<_>>())
            .finish()
    }
}
