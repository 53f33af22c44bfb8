//! Look-ups of sealed values.

use std::fmt;

use aws_lc_rs::hmac;

use crate::{Credentials, SealError, key};

/// Finds a sealed value by an exact match, without storing the value: a keyed digest stands in its own column.
///
/// Key: secret `blind-index`, field `key` (32 bytes, base64). The digest is the same for every organisation; put
/// the organisation into `column` where equality across organisations must not show.
#[derive(Clone)]
pub struct BlindIndex {
    key: hmac::Key,
}

impl BlindIndex {
    /// Takes field `key` of secret `blind-index`.
    pub fn from_credentials(credentials: &Credentials) -> Result<Self, SealError> {
        let bytes = key::from_field(credentials, "key")?;
        Ok(Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, bytes.as_slice()),
        })
    }

    /// The digest of a value in one `table.column`. The caller brings the value into its normal form first
    /// (an e-mail address trimmed and in lower case), for equal digests mean equal bytes.
    pub fn digest(&self, column: &str, value: &str) -> [u8; 32] {
        labelled(&self.key, "blind-index", column, value)
    }
}

impl fmt::Debug for BlindIndex {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("BlindIndex([key])")
    }
}

/// HMAC-SHA256 over purpose, scope and value, each closed by a byte that text cannot hold, so that no two
/// triples run into each other.
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
    fn equal_values_meet_and_columns_and_keys_keep_them_apart() {
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
