//! A key of 32 bytes, read from a field of a secret.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use secrecy::ExposeSecret as _;
use zeroize::Zeroizing;

use crate::{Credentials, SealError};

pub(crate) const KEY_BYTES: usize = 32;

pub(crate) type KeyBytes = Zeroizing<[u8; KEY_BYTES]>;

/// Decodes a field that contains 32 bytes in base64.
pub(crate) fn from_field(credentials: &Credentials, field: &'static str) -> Result<KeyBytes, SealError> {
    let text = credentials.field(field)?.expose_secret();
    let invalid = || SealError::InvalidKey {
        secret: credentials.secret_name().to_owned(),
        field,
    };
    let decoded = Zeroizing::new(STANDARD.decode(text.trim()).map_err(|_| invalid())?);
    let mut bytes = Zeroizing::new([0; KEY_BYTES]);
    if decoded.len() != KEY_BYTES {
        return Err(invalid());
    }
    bytes.copy_from_slice(&decoded);
    Ok(bytes)
}
