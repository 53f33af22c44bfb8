//! Why a value could not be sealed or opened.

use crate::SecretsError;

/// Why a value could not be sealed or opened. Holds no key and no value.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// Sealed under another key; the ids of both are not secret, but neither helps the caller.
    #[error("sealed under another key")]
    WrongKey,
    /// Changed since it was sealed, or moved to another organisation, column or row.
    #[error("sealed value does not belong here or was changed")]
    Tampered,
    /// Written by a version of this code that is not known here, or not sealed at all.
    #[error("unknown version {0} of sealed value")]
    UnknownVersion(u8),
    /// A key in the secrets manager has the wrong form.
    #[error("secret `{secret}` field `{field}` is not 32 bytes in base64")]
    InvalidKey {
        /// The secret's name.
        secret: String,
        /// The field's name.
        field: &'static str,
    },
    /// The id of the key encryption key is longer than its length byte can say.
    #[error("the key id is longer than 255 bytes")]
    KeyIdTooLong,
    /// More than AES-GCM takes in one piece (64 GiB).
    #[error("value too long to seal")]
    TooLong,
    /// The operating system gave no randomness, or the cryptographic library refused to work.
    #[error("cryptographic library not available")]
    Library,
    /// The secret that holds the key lacks it.
    #[error(transparent)]
    Secret(#[from] SecretsError),
}
