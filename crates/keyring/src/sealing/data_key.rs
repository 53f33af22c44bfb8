//! The data key of an organization.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, NONCE_LEN};
use uuid::{Builder, Uuid};
use zeroize::Zeroizing;

use super::{Aad, SealError, open_after, seal_after};
use crate::key::{KEY_BYTES, KeyBytes};

const VERSION: u8 = 1;
const ID_BYTES: usize = 16;
const HEADER_BYTES: usize = 1 + ID_BYTES;
const TAG_BYTES: usize = 16;

/// The key that seals one organization's values.
///
/// A sealed value is 1 byte version, 16 bytes id of the data key, 12 bytes nonce, then ciphertext
/// and tag. The key is zeroed in memory when dropped.
pub struct DataKey {
    id: Uuid,
    key: KeyBytes,
}

impl DataKey {
    /// A new random key with a new random id.
    ///
    /// # Errors
    /// [`SealError::Library`] without randomness.
    pub fn generate() -> Result<Self, SealError> {
        let mut id = [0; ID_BYTES];
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        aws_lc_rs::rand::fill(&mut id).map_err(|_| SealError::Library)?;
        aws_lc_rs::rand::fill(key.as_mut_slice()).map_err(|_| SealError::Library)?;
        Ok(Self {
            id: Builder::from_random_bytes(id).into_uuid(),
            key,
        })
    }

    /// The id stored in every value sealed with this key.
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// Seals `plaintext` for the place of `aad`.
    ///
    /// # Errors
    /// [`SealError::TooLong`] or [`SealError::Library`].
    pub fn seal(&self, plaintext: &[u8], aad: &Aad) -> Result<Vec<u8>, SealError> {
        let mut header = Vec::with_capacity(HEADER_BYTES + NONCE_LEN + plaintext.len() + TAG_BYTES);
        header.push(VERSION);
        header.extend_from_slice(self.id.as_bytes());
        seal_after(header, &self.key, aad.as_bytes(), plaintext)
    }

    /// Opens a value sealed with this key for the place of `aad`. The plaintext is zeroed when
    /// dropped.
    ///
    /// # Errors
    /// [`SealError::WrongKey`] for the value of another key, [`SealError::UnknownVersion`], or
    /// [`SealError::Tampered`] if the value was changed or moved.
    pub fn open(&self, sealed: &[u8], aad: &Aad) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let version = *sealed.first().ok_or(SealError::Tampered)?;
        if version != VERSION {
            return Err(SealError::UnknownVersion(version));
        }
        let (header, body) = sealed.split_at_checked(HEADER_BYTES).ok_or(SealError::Tampered)?;
        if header[1..] != self.id.as_bytes()[..] {
            return Err(SealError::WrongKey);
        }
        open_after(header, &self.key, aad.as_bytes(), body).map(Zeroizing::new)
    }

    pub(crate) fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new([self.id.as_bytes().as_slice(), self.key.as_slice()].concat())
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (id, material) = bytes.split_at_checked(ID_BYTES)?;
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        if material.len() != KEY_BYTES {
            return None;
        }
        key.copy_from_slice(material);
        Some(Self {
            id: Uuid::from_slice(id).ok()?,
            key,
        })
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("DataKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// Whether stored bytes have the form of a sealed value; sampled as evidence for encryption at
/// rest. Text never has it: no text begins with the version byte followed by a random id.
pub fn is_sealed(stored: &[u8]) -> bool {
    debug_assert_eq!(AES_256_GCM.nonce_len(), NONCE_LEN);
    stored.len() >= HEADER_BYTES + NONCE_LEN + TAG_BYTES
        && stored[0] == VERSION
        && Uuid::from_slice(&stored[1..HEADER_BYTES]).is_ok_and(|id| id.get_version_num() == 4)
}

#[cfg(test)]
mod tests {
    use mc_vocabulary::OrganizationId;

    use super::*;

    #[test]
    fn a_sealed_value_opens_and_does_not_contain_the_plaintext() {
        let (key, aad) = (
            DataKey::generate().unwrap(),
            Aad::new(OrganizationId::new(), "coverages.member", "row-1"),
        );
        let sealed = key.seal(b"member W123", &aad).unwrap();
        assert!(is_sealed(&sealed));
        assert!(!sealed.windows(4).any(|window| window == b"W123"));
        assert_eq!(key.open(&sealed, &aad).unwrap().as_slice(), b"member W123");
        assert_ne!(sealed, key.seal(b"member W123", &aad).unwrap(), "a nonce is used once");
    }

    #[test]
    fn a_value_moved_to_another_row_column_or_organization_does_not_open() {
        let (key, organization) = (DataKey::generate().unwrap(), OrganizationId::new());
        let sealed = key
            .seal(b"secret", &Aad::new(organization, "coverages.member", "row-1"))
            .unwrap();
        for elsewhere in [
            Aad::new(organization, "coverages.member", "row-2"),
            Aad::new(organization, "coverages.group", "row-1"),
            Aad::new(OrganizationId::new(), "coverages.member", "row-1"),
        ] {
            assert!(matches!(key.open(&sealed, &elsewhere), Err(SealError::Tampered)));
        }
    }

    #[test]
    fn every_changed_byte_and_every_truncation_is_detected() {
        let (key, aad) = (
            DataKey::generate().unwrap(),
            Aad::new(OrganizationId::new(), "coverages.member", "row-1"),
        );
        let sealed = key.seal(b"secret", &aad).unwrap();
        for position in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[position] ^= 1;
            assert!(key.open(&changed, &aad).is_err(), "byte {position}");
            assert!(key.open(&sealed[..position], &aad).is_err(), "cut at {position}");
        }
    }

    #[test]
    fn another_key_and_another_version_differ_from_tampering() {
        let (key, aad) = (
            DataKey::generate().unwrap(),
            Aad::new(OrganizationId::new(), "coverages.member", "row-1"),
        );
        let mut sealed = key.seal(b"secret", &aad).unwrap();
        assert!(matches!(
            DataKey::generate().unwrap().open(&sealed, &aad),
            Err(SealError::WrongKey)
        ));
        sealed[0] = 9;
        assert!(matches!(key.open(&sealed, &aad), Err(SealError::UnknownVersion(9))));
    }

    #[test]
    fn text_is_not_sealed() {
        assert!(!is_sealed(b""));
        assert!(!is_sealed(b"a member id that is long enough to be anything at all"));
        assert!(!is_sealed(&[1; 60]));
    }
}
