//! Why a secret could not be read.

/// Why a secret could not be read. No variant ever holds a value.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// The name could be read as a path or as another secret's id.
    #[error("`{name}` is not a secret name: use lower case letters, digits and hyphens, at most 64")]
    InvalidName {
        /// The name as given, cut to 64 characters.
        name: String,
    },
    /// The provider answers, and has no such secret.
    #[error("{provider}: secret `{secret}` does not exist; {remedy}")]
    NotFound {
        /// Which provider was asked.
        provider: &'static str,
        /// The secret's name.
        secret: String,
        /// What to do about it.
        remedy: String,
    },
    /// The secret lacks fields, or holds them empty.
    #[error("{provider}: secret `{secret}` has no field {fields}; {remedy}")]
    MissingField {
        /// Which provider was asked.
        provider: &'static str,
        /// The secret's name.
        secret: String,
        /// The missing fields, separated by commas.
        fields: String,
        /// What to do about it.
        remedy: String,
    },
    /// The secret is there but is not text fields.
    #[error("{provider}: secret `{secret}` cannot be understood: {reason}")]
    Malformed {
        /// Which provider was asked.
        provider: &'static str,
        /// The secret's name.
        secret: String,
        /// What is wrong with its form.
        reason: &'static str,
    },
    /// The provider did not answer, or refused.
    #[error("{provider}: secret `{secret}` could not be read ({reason})")]
    Unavailable {
        /// Which provider was asked.
        provider: &'static str,
        /// The secret's name.
        secret: String,
        /// The provider's error code or the kind of failure.
        reason: String,
        /// The cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The settings lack what the chosen provider needs.
    #[error("setting `secrets.{setting}` is needed by secrets provider `{provider}`")]
    Setting {
        /// The missing setting.
        setting: &'static str,
        /// The provider that needs it.
        provider: &'static str,
    },
}
