//! Pseudonyms: the same id has the same pseudonym, and only the holder of the key can match them.

use std::fmt;

use aws_lc_rs::hmac;

use crate::{
    Credentials, SealError,
    blind_index::labelled,
    key,
    normal_form::{normal_address, normal_words},
};

/// Replaces ids in audit events and logs, and for readers who may not see the patient.
///
/// Key: secret `blind-index`, field `key`, as [`crate::BlindIndex`]; the two never produce the same
/// digest. Services that must produce equal pseudonyms share the key.
#[derive(Clone)]
pub struct Pseudonym {
    key: hmac::Key,
}

impl Pseudonym {
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

    /// The pseudonym of an id: `mask("patient", id)` is `pt_` and 16 hexadecimal digits.
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

    /// The pseudonym of a family name in normal form; None if it contains no letter or digit.
    pub fn family_key(&self, family: &str) -> Option<String> {
        let words = normal_words(family);
        (!words.is_empty()).then(|| self.mask("family", &words))
    }

    /// The pseudonym of an address in normal form, the same for a household.
    pub fn address_key(&self, lines: &[String], postal_code: &str) -> Option<String> {
        normal_address(lines, postal_code).map(|address| self.mask("address", &address))
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
    fn a_pseudonym_is_stable_short_and_differs_by_kind_and_id() {
        let credentials =
            Credentials::from_fields("blind-index", [("key", "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=")]);
        let pseudonym = Pseudonym::from_credentials(&credentials).unwrap();
        let mask = pseudonym.mask("patient", "p-100");
        assert!(mask.starts_with("pt_") && mask.len() == 19, "{mask}");
        assert!(!mask.contains("p-100"));
        assert_eq!(mask, pseudonym.mask("patient", "p-100"));
        assert_ne!(mask, pseudonym.mask("patient", "p-101"));
        assert_ne!(mask[3..], pseudonym.mask("encounter", "p-100")[4..]);
        assert_eq!(pseudonym.family_key("NUÑEZ"), pseudonym.family_key("Nunez"));
        assert_eq!(pseudonym.family_key(" "), None);
        let address = |line: &str| pseudonym.address_key(&[line.to_owned()], "02139").unwrap();
        assert_eq!(address("1 Main Street"), address("1 MAIN ST."));
        assert!(address("1 Main Street").starts_with("address_"));
    }
}
