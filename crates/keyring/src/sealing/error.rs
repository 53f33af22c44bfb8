//! Why a value could not be sealed or opened.

use crate::SecretsError;

/// Why a value could not be sealed or opened. Contains no key and no value.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// Sealed with another key.
    #[error("sealed under another key")]
    WrongKey,
    /// Changed since it was sealed, or moved to another organization, column or row.
    #[error("the sealed value was changed or moved")]
    Tampered,
    /// Sealed by an unknown version of this code, or not sealed at all.
    #[error("unknown version {0} of sealed value")]
    UnknownVersion(u8),
    /// A key in the secrets manager is malformed.
    #[error("secret `{secret}` field `{field}` is not 32 bytes in base64")]
    InvalidKey {
        /// Name of the secret.
        secret: String,
        /// Name of the field.
        field: &'static str,
    },
    /// The id of the key encryption key exceeds 255 bytes.
    #[error("the key id is longer than 255 bytes")]
    KeyIdTooLong,
    /// More than AES-GCM encrypts with one nonce (64 GiB).
    #[error("value too long to seal")]
    TooLong,
    /// The operating system provided no randomness, or the cryptographic library failed.
    #[error("the cryptographic library failed")]
    Library,
    /// The secret with the key is missing or lacks a field.
    #[error(transparent)]
    Secret(#[from] SecretsError),
}
