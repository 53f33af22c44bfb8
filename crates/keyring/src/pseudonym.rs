//! Masked ids: the same id shows the same mask, and only the holder of the key can tell whose it is.

use std::fmt;

use aws_lc_rs::hmac;

use crate::{Credentials, SealError, blind_index::labelled, key};

/// Masks ids for audit events, logs and people who may not see whom a row is about.
///
/// Key: secret `blind-index`, field `key`, as [`crate::BlindIndex`]; the two never produce the same digest.
/// Services that must agree on a mask hold the same key.
#[derive(Clone)]
pub struct Pseudonym {
    key: hmac::Key,
}

impl Pseudonym {
    /// Takes field `key` of secret `blind-index`.
    pub fn from_credentials(credentials: &Credentials) -> Result<Self, SealError> {
        let bytes = key::from_field(credentials, "key")?;
        Ok(Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, bytes.as_slice()),
        })
    }

    /// `mask("patient", id)` is `pt_` and 16 hexadecimal digits.
    pub fn mask(&self, kind: &str, id: &str) -> String {
        let digest = labelled(&self.key, "pseudonym", kind, id);
        let prefix = match kind {
            "patient" => "pt",
            "encounter" => "enc",
            "coverage" => "cov",
            "practitioner" => "pr",
            other => other,
        };
        format!("{prefix}_{}", hex::encode(&digest[..8]))
    }
}

impl fmt::Debug for Pseudonym {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Pseudonym([key])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_is_stable_short_and_differs_by_kind_and_id() {
        let credentials =
            Credentials::from_fields("blind-index", [("key", "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=")]);
        let pseudonym = Pseudonym::from_credentials(&credentials).unwrap();
        let mask = pseudonym.mask("patient", "p-100");
        assert!(mask.starts_with("pt_") && mask.len() == 19, "{mask}");
        assert!(!mask.contains("p-100"));
        assert_eq!(mask, pseudonym.mask("patient", "p-100"));
        assert_ne!(mask, pseudonym.mask("patient", "p-101"));
        assert_ne!(mask[3..], pseudonym.mask("encounter", "p-100")[4..]);
    }
}
