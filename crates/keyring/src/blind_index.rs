//! Search for sealed values.

use std::fmt;

use aws_lc_rs::hmac;

use crate::{Credentials, SealError, key};

/// Finds a sealed value by exact match without storing it: a keyed digest is stored in its own
/// column.
///
/// Key: secret `blind-index`, field `key` (32 bytes, base64). The digest is the same for every
/// organization; include the organization in `column` where equality across organizations must not
/// be visible.
#[derive(Clone)]
pub struct BlindIndex {
    key: hmac::Key,
}

impl BlindIndex {
    /// Uses field `key` of secret `blind-index`.
    ///
    /// # Errors
    /// If the field is missing or not 32 bytes in base64.
    pub fn from_credentials(credentials: &Credentials) -> Result<Self, SealError> {
        let bytes = key::from_field(credentials, "key")?;
        Ok(Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, bytes.as_slice()),
        })
    }

    /// The digest of a value in one `table.column`. The caller normalizes the value first (an
    /// e-mail address trimmed and in lower case): equal digests mean equal bytes.
    pub fn digest(&self, column: &str, value: &str) -> [u8; 32] {
        labelled(&self.key, "blind-index", column, value)
    }
}

impl fmt::Debug for BlindIndex {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("BlindIndex([key])")
    }
}

/// HMAC-SHA256 over purpose, scope and value, each terminated by a byte that text cannot contain,
/// so that different triples have different input.
pub(crate) fn labelled(key: &hmac::Key, purpose: &str, scope: &str, value: &str) -> [u8; 32] {
    let mut context = hmac::Context::with_key(key);
    for part in [purpose, scope, value] {
        context.update(part.as_bytes());
        context.update(&[0xff]);
    }
    let mut digest = [0; 32];
    digest.copy_from_slice(context.sign().as_ref());
    digest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(key: &str) -> BlindIndex {
        BlindIndex::from_credentials(&Credentials::from_fields("blind-index", [("key", key)])).unwrap()
    }

    const ONE: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    const TWO: &str = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";

    #[test]
    fn equal_values_match_only_in_the_same_column_under_the_same_key() {
        let digest = index(ONE).digest("users.email", "a@example.org");
        assert_eq!(digest, index(ONE).digest("users.email", "a@example.org"));
        assert_ne!(digest, index(ONE).digest("users.email", "b@example.org"));
        assert_ne!(digest, index(ONE).digest("users.emaila", "@example.org"));
        assert_ne!(digest, index(TWO).digest("users.email", "a@example.org"));
    }

    #[test]
    fn a_key_that_is_not_32_bytes_is_refused_by_name() {
        let credentials = Credentials::from_fields("blind-index", [("key", "c2hvcnQ=")]);
        let error = BlindIndex::from_credentials(&credentials).unwrap_err();
        assert_eq!(
            error.to_string(),
            "secret `blind-index` field `key` is not 32 bytes in base64"
        );
    }
}
