//! The key encryption key, which wraps data keys.

use std::fmt;

use mc_vocabulary::OrganizationId;
use secrecy::ExposeSecret as _;
use zeroize::Zeroizing;

use super::{DataKey, SealError, open_after, seal_after};
use crate::{
    Credentials,
    key::{self, KeyBytes},
};

const VERSION: u8 = 1;

/// The key encryption key, from secret `sealing-key`: fields `key_id` and `key` (32 bytes, base64).
///
/// While a key is being replaced the secret also contains `previous_key_id` and `previous_key`:
/// data keys wrapped with the previous key still open, and new ones are wrapped with the current
/// key.
pub struct Kek {
    current: NamedKey,
    previous: Option<NamedKey>,
}

struct NamedKey {
    id: String,
    key: KeyBytes,
}

impl Kek {
    /// Uses the fields of secret `sealing-key`.
    ///
    /// # Errors
    /// If a field is missing or malformed.
    pub fn from_credentials(credentials: &Credentials) -> Result<Self, SealError> {
        let current = NamedKey::from_fields(credentials, "key_id", "key")?;
        let previous = match credentials.get("previous_key_id") {
            Some(_) => Some(NamedKey::from_fields(credentials, "previous_key_id", "previous_key")?),
            None => None,
        };
        Ok(Self { current, previous })
    }

    /// The id of the current key; not secret.
    pub fn key_id(&self) -> &str {
        &self.current.id
    }

    /// Wraps a data key for one organization: 1 byte version, 1 byte length and the id of this key,
    /// nonce, ciphertext and tag. This is what a service stores.
    ///
    /// # Errors
    /// [`SealError::Library`].
    pub fn wrap(&self, data_key: &DataKey, organization_id: OrganizationId) -> Result<Vec<u8>, SealError> {
        let id = self.current.id.as_bytes();
        let mut header = vec![VERSION, u8::try_from(id.len()).map_err(|_| SealError::KeyIdTooLong)?];
        header.extend_from_slice(id);
        seal_after(
            header,
            &self.current.key,
            &context(organization_id),
            &data_key.to_bytes(),
        )
    }

    /// Unwraps a stored data key. A key wrapped for another organization does not open.
    ///
    /// # Errors
    /// [`SealError::WrongKey`] for the key of another key encryption key,
    /// [`SealError::UnknownVersion`], or [`SealError::Tampered`].
    pub fn unwrap(&self, wrapped: &[u8], organization_id: OrganizationId) -> Result<DataKey, SealError> {
        let (header, body) = wrapped
            .split_at_checked(header_bytes(wrapped)?)
            .ok_or(SealError::Tampered)?;
        let named = [Some(&self.current), self.previous.as_ref()]
            .into_iter()
            .flatten()
            .find(|named| named.id.as_bytes() == &header[2..])
            .ok_or(SealError::WrongKey)?;
        let bytes = Zeroizing::new(open_after(header, &named.key, &context(organization_id), body)?);
        DataKey::from_bytes(&bytes).ok_or(SealError::Tampered)
    }
}

impl NamedKey {
    fn from_fields(credentials: &Credentials, id: &str, key: &'static str) -> Result<Self, SealError> {
        Ok(Self {
            id: credentials.field(id)?.expose_secret().to_owned(),
            key: key::from_field(credentials, key)?,
        })
    }
}

impl fmt::Debug for Kek {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Kek")
            .field("key_id", &self.current.id)
            .finish_non_exhaustive()
    }
}

fn context(organization_id: OrganizationId) -> Vec<u8> {
    format!("{organization_id}|data-key").into_bytes()
}

/// Length of the header: version, length and key id.
fn header_bytes(wrapped: &[u8]) -> Result<usize, SealError> {
    match wrapped {
        [VERSION, length, ..] => Ok(2 + usize::from(*length)),
        [] | [VERSION] => Err(SealError::Tampered),
        [other, ..] => Err(SealError::UnknownVersion(*other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Aad;

    const ONE: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    const TWO: &str = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";

    fn kek(fields: &[(&str, &str)]) -> Kek {
        Kek::from_credentials(&Credentials::from_fields("sealing-key", fields.iter().copied())).unwrap()
    }

    #[test]
    fn a_wrapped_key_opens_what_it_sealed_and_only_for_its_organization() {
        let (kek, organization) = (kek(&[("key_id", "k1"), ("key", ONE)]), OrganizationId::new());
        let data_key = DataKey::generate().unwrap();
        let aad = Aad::new(organization, "users.totp", "row");
        let sealed = data_key.seal(b"x", &aad).unwrap();
        let wrapped = kek.wrap(&data_key, organization).unwrap();
        assert_eq!(
            kek.unwrap(&wrapped, organization)
                .unwrap()
                .open(&sealed, &aad)
                .unwrap()
                .as_slice(),
            b"x"
        );
        assert!(matches!(
            kek.unwrap(&wrapped, OrganizationId::new()),
            Err(SealError::Tampered)
        ));
    }

    #[test]
    fn a_replaced_key_opens_old_data_keys_only_while_it_is_named_as_previous() {
        let organization = OrganizationId::new();
        let wrapped = kek(&[("key_id", "k1"), ("key", ONE)])
            .wrap(&DataKey::generate().unwrap(), organization)
            .unwrap();
        let both = kek(&[
            ("key_id", "k2"),
            ("key", TWO),
            ("previous_key_id", "k1"),
            ("previous_key", ONE),
        ]);
        assert!(both.unwrap(&wrapped, organization).is_ok());
        let alone = kek(&[("key_id", "k2"), ("key", TWO)]);
        assert!(matches!(alone.unwrap(&wrapped, organization), Err(SealError::WrongKey)));
    }

    #[test]
    fn every_truncation_and_every_changed_byte_of_a_wrapped_key_is_detected() {
        let (kek, organization) = (kek(&[("key_id", "k1"), ("key", ONE)]), OrganizationId::new());
        let wrapped = kek.wrap(&DataKey::generate().unwrap(), organization).unwrap();
        for position in 0..wrapped.len() {
            let mut changed = wrapped.clone();
            changed[position] ^= 1;
            assert!(kek.unwrap(&changed, organization).is_err(), "byte {position}");
            assert!(
                kek.unwrap(&wrapped[..position], organization).is_err(),
                "cut at {position}"
            );
        }
    }

    #[test]
    fn debug_shows_the_id_and_no_key() {
        let shown = format!(
            "{:?} {:?}",
            kek(&[("key_id", "k1"), ("key", ONE)]),
            DataKey::generate().unwrap()
        );
        assert!(
            shown.contains("k1") && !shown.contains("AQEB") && !shown.contains("[1, 1"),
            "{shown}"
        );
    }
}
