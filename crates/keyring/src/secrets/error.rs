//! Why a secret could not be read.

/// Why a secret could not be read. No variant contains a value.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// The name could be interpreted as a path or as the id of another secret.
    #[error("`{name}` is not a secret name: use lower case letters, digits and hyphens, at most 64")]
    InvalidName {
        /// The name, truncated to 64 characters.
        name: String,
    },
    /// The provider has no such secret.
    #[error("{provider}: secret `{secret}` does not exist; {remedy}")]
    NotFound {
        /// The provider.
        provider: &'static str,
        /// Name of the secret.
        secret: String,
        /// What to do about it.
        remedy: String,
    },
    /// The secret lacks fields, or they are empty.
    #[error("{provider}: secret `{secret}` has no field {fields}; {remedy}")]
    MissingField {
        /// The provider.
        provider: &'static str,
        /// Name of the secret.
        secret: String,
        /// The missing fields, separated by commas.
        fields: String,
        /// What to do about it.
        remedy: String,
    },
    /// The secret exists but does not consist of text fields.
    #[error("{provider}: secret `{secret}` is malformed: {reason}")]
    Malformed {
        /// The provider.
        provider: &'static str,
        /// Name of the secret.
        secret: String,
        /// What is wrong.
        reason: &'static str,
    },
    /// The provider did not respond, or refused.
    #[error("{provider}: secret `{secret}` could not be read ({reason})")]
    Unavailable {
        /// The provider.
        provider: &'static str,
        /// Name of the secret.
        secret: String,
        /// Error code of the provider or kind of failure.
        reason: String,
        /// Cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The settings lack a value that the provider needs.
    #[error("setting `secrets.{setting}` is needed by secrets provider `{provider}`")]
    Setting {
        /// Name of the setting.
        setting: &'static str,
        /// The provider that needs it.
        provider: &'static str,
    },
}
