//! Passwords: Argon2id with 12 MiB, 3 passes, 1 lane (one of the equivalent settings of OWASP's
//! password storage cheat sheet).

use argon2::{Algorithm, Argon2, Block, Params, Version, password_hash::phc};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use secrecy::{ExposeSecret, SecretString};
use std::sync::{Mutex, PoisonError};

const MEMORY_KIB: u32 = 12 * 1024;
const PASSES: u32 = 3;
const OUTPUT_BYTES: usize = 32;

/// One password is hashed at a time: this bounds memory, and a flood of sign-ins cannot occupy
/// every core.
static TURN: Mutex<()> = Mutex::new(());

/// A password as the caller sent it.
#[derive(Debug, Clone)]
pub struct Password(SecretString);

/// A stored password, in PHC form.
#[derive(Debug, Clone)]
pub struct PasswordHash(String);

impl Password {
    /// The password of a request.
    pub fn new(password: SecretString) -> Self {
        Self(password)
    }

    /// Hashes it with a fresh salt. Takes tens of milliseconds; None where the library fails.
    pub fn hash(&self) -> Option<PasswordHash> {
        let params = Params::new(MEMORY_KIB, PASSES, 1, Some(OUTPUT_BYTES)).ok()?;
        let salt = phc::Salt::generate();
        let derived = self.derive(&salt, &params)?;
        let hash = phc::PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: phc::ParamsString::try_from(&params).ok()?,
            salt: Some(salt),
            hash: Some(phc::Output::new(&derived).ok()?),
        };
        Some(PasswordHash(hash.to_string()))
    }

    /// Whether it is the password that was hashed. Takes as long for an unknown account, so that
    /// the duration does not reveal which accounts exist.
    pub fn matches(&self, stored: Option<&PasswordHash>) -> bool {
        self.check(stored).unwrap_or_else(|| {
            let _ = self.hash();
            false
        })
    }

    fn check(&self, stored: Option<&PasswordHash>) -> Option<bool> {
        let stored = phc::PasswordHash::new(&stored?.0).ok()?;
        let params = Params::try_from(&stored).ok()?;
        let derived = self.derive(stored.salt.as_ref()?, &params)?;
        Some(verify_slices_are_equal(&derived, stored.hash.as_ref()?.as_bytes()).is_ok())
    }

    fn derive(&self, salt: &phc::Salt, params: &Params) -> Option<[u8; OUTPUT_BYTES]> {
        let mut derived = [0; OUTPUT_BYTES];
        let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let mut memory = vec![Block::new(); params.block_count()];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
            .hash_password_into_with_memory(
                self.0.expose_secret().as_bytes(),
                salt.as_ref(),
                &mut derived,
                &mut memory,
            )
            .ok()?;
        Some(derived)
    }
}

impl PasswordHash {
    /// From the store.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// For the store.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::password_hash::PasswordVerifier;

    #[test]
    fn a_password_matches_its_own_hash_only() {
        let right = Password::new("correct horse".to_owned().into());
        let hash = right.hash().unwrap();
        assert!(
            hash.as_str().starts_with("$argon2id$v=19$m=12288,t=3,p=1$"),
            "{}",
            hash.as_str()
        );
        assert!(right.matches(Some(&hash)));
        assert!(!Password::new("wrong horse".to_owned().into()).matches(Some(&hash)));
        assert!(!right.matches(None));
        assert_ne!(right.hash().unwrap().as_str(), hash.as_str(), "a fresh salt each time");
    }

    #[test]
    fn the_library_itself_agrees() {
        let hash = Password::new("correct horse".to_owned().into()).hash().unwrap();
        let parsed = phc::PasswordHash::new(hash.as_str()).unwrap();
        assert!(Argon2::default().verify_password(b"correct horse", &parsed).is_ok());
    }
}
