//! Envelope encryption of stored patient data: AES-256-GCM under a data key per organization, which
//! is wrapped by the key encryption key of the secrets manager.

mod aad;
mod cache;
mod data_key;
mod error;
mod kek;
mod stored;

pub use aad::Aad;
pub use cache::SealerCache;
pub use data_key::{DataKey, is_sealed};
pub use error::SealError;
pub use kek::Kek;
pub use stored::{Seals, SealsError};

use aws_lc_rs::aead::{self, AES_256_GCM, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use crate::key::KeyBytes;

/// Encrypts and appends to `header`: the result is header, nonce, ciphertext, tag. Header and
/// `context` are authenticated. The nonce is random: safe for 2^32 values under one key, far more
/// than an organization stores.
fn seal_after(mut header: Vec<u8>, key: &KeyBytes, context: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, SealError> {
    let mut nonce = [0; NONCE_LEN];
    aws_lc_rs::rand::fill(&mut nonce).map_err(|_| SealError::Library)?;
    let authenticated = [header.as_slice(), context].concat();
    let mut text = plaintext.to_vec();
    cipher(key)?
        .seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            aead::Aad::from(authenticated),
            &mut text,
        )
        .map_err(|_| SealError::TooLong)?;
    header.extend_from_slice(&nonce);
    header.append(&mut text);
    Ok(header)
}

/// Decrypts what [`seal_after`] produced; `body` is what follows `header`.
fn open_after(header: &[u8], key: &KeyBytes, context: &[u8], body: &[u8]) -> Result<Vec<u8>, SealError> {
    let (nonce, text) = body.split_at_checked(NONCE_LEN).ok_or(SealError::Tampered)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealError::Tampered)?;
    let authenticated = [header, context].concat();
    let mut text = text.to_vec();
    let length = cipher(key)?
        .open_in_place(nonce, aead::Aad::from(authenticated), &mut text)
        .map_err(|_| SealError::Tampered)?
        .len();
    text.truncate(length);
    Ok(text)
}

fn cipher(key: &KeyBytes) -> Result<LessSafeKey, SealError> {
    Ok(LessSafeKey::new(
        UnboundKey::new(&AES_256_GCM, key.as_slice()).map_err(|_| SealError::Library)?,
    ))
}
