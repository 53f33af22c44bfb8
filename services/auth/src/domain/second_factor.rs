//! The second factor: time-based one-time codes of six digits (RFC 6238), with one step of
//! tolerance.

use chrono::{DateTime, Utc};
use totp_rs::{Builder, Secret, Totp};

/// A shared secret, and the check of its codes.
pub struct SecondFactor(Totp);

impl SecondFactor {
    /// With a fresh secret; None where the library fails.
    pub fn generate() -> Option<Self> {
        Self::build(Secret::generate())
    }

    /// With a secret in base32, as stored.
    pub fn stored(secret: &str) -> Option<Self> {
        Self::build(Secret::try_from_base32(secret).ok()?)
    }

    fn build(secret: Secret) -> Option<Self> {
        let builder = Builder::new()
            .with_secret(secret)
            .with_account_name("account")
            .with_issuer(Some("MedConnect"));
        builder.build().ok().map(Self)
    }

    /// The secret in base32, for the authenticator app and the store.
    pub fn secret(&self) -> String {
        self.0.to_url().ok().and_then(|url| secret_of(&url)).unwrap_or_default()
    }

    /// The time step that `code` belongs to, where it is valid now. A step is accepted once:
    /// compare it with the last one.
    pub fn step_of(&self, code: &str, now: DateTime<Utc>) -> Option<i64> {
        let seconds = u64::try_from(now.timestamp()).ok()?;
        self.0.check(code, seconds).and_then(|step| i64::try_from(step).ok())
    }
}

/// The `secret` parameter of an `otpauth` address.
fn secret_of(url: &str) -> Option<String> {
    let (_, query) = url.split_once('?')?;
    query
        .split('&')
        .find_map(|pair| pair.strip_prefix("secret="))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Duration;

    #[test]
    fn a_code_is_right_for_its_step_and_its_neighbours() {
        let factor = SecondFactor::stored("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP").unwrap();
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let code = factor.0.generate(1_800_000_000).to_string();
        let step = factor.step_of(&code, now).unwrap();
        assert_eq!(factor.step_of(&code, now + Duration::seconds(30)), Some(step));
        assert_eq!(factor.step_of(&code, now + Duration::seconds(90)), None);
    }

    #[test]
    fn a_fresh_secret_survives_the_store() {
        let factor = SecondFactor::generate().unwrap();
        let again = SecondFactor::stored(&factor.secret()).unwrap();
        assert_eq!(factor.0.generate(60).to_string(), again.0.generate(60).to_string());
    }
}
