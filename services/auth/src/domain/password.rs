//! Passwords: Argon2id with the parameters that OWASP recommends (19 MiB, 2 passes, 1 lane).

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc},
};
use secrecy::{ExposeSecret, SecretString};

/// A password as typed.
#[derive(Debug, Clone)]
pub struct Password(SecretString);

/// A stored password, in PHC form.
#[derive(Debug, Clone)]
pub struct PasswordHash(String);

impl Password {
    /// Takes what was typed.
    pub fn new(typed: SecretString) -> Self {
        Self(typed)
    }

    /// Hashes it with a fresh salt. Takes tens of milliseconds; None only where the library fails.
    pub fn hash(&self) -> Option<PasswordHash> {
        hasher()?
            .hash_password(self.0.expose_secret().as_bytes())
            .ok()
            .map(|hash| PasswordHash(hash.to_string()))
    }

    /// Whether it is the one that was hashed. As slow for an unknown account, so that time tells nothing.
    pub fn matches(&self, stored: Option<&PasswordHash>) -> bool {
        let Some(hasher) = hasher() else { return false };
        let Some(hash) = stored.and_then(|stored| phc::PasswordHash::new(&stored.0).ok()) else {
            let _ = hasher.hash_password(self.0.expose_secret().as_bytes());
            return false;
        };
        hasher.verify_password(self.0.expose_secret().as_bytes(), &hash).is_ok()
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

fn hasher() -> Option<Argon2<'static>> {
    Some(Argon2::new(
        Algorithm::Argon2id,
        Version::V0x13,
        Params::new(19 * 1024, 2, 1, None).ok()?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_matches_its_own_hash_only() {
        let right = Password::new("correct horse".to_owned().into());
        let hash = right.hash().unwrap();
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(right.matches(Some(&hash)));
        assert!(!Password::new("wrong horse".to_owned().into()).matches(Some(&hash)));
        assert!(!right.matches(None));
    }
}
