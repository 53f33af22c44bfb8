//! Stripe's webhook signature: `t=<unix>,v1=<hex HMAC-SHA256 of "t.body">`, with several `v1` while
//! a secret is rotated.

use aws_lc_rs::hmac;
use chrono::{DateTime, Duration, Utc};

/// Accepted age of a signature, and accepted clock difference.
const TOLERANCE: Duration = Duration::seconds(300);

/// Why a signature is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// No `t` or no `v1`.
    #[error("the Stripe-Signature header is malformed")]
    Malformed,
    /// Older or newer than five minutes.
    #[error("the signature is too old")]
    Stale,
    /// It belongs to another body or another secret.
    #[error("the signature does not match")]
    Mismatch,
}

/// Verifies that `body`, byte for byte, was signed with `secret` within five minutes of `now`.
///
/// # Errors
/// [`SignatureError`], by what is wrong.
pub fn verify_signature(header: &str, body: &[u8], secret: &str, now: DateTime<Utc>) -> Result<(), SignatureError> {
    let parts = || header.split(',').filter_map(|part| part.trim().split_once('='));
    let stamp = parts()
        .find(|(name, _)| *name == "t")
        .map(|(_, value)| value)
        .ok_or(SignatureError::Malformed)?;
    let signed_at = stamp
        .parse()
        .ok()
        .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
        .ok_or(SignatureError::Malformed)?;
    let candidates: Vec<Vec<u8>> = parts()
        .filter(|(name, _)| *name == "v1")
        .filter_map(|(_, value)| hex::decode(value).ok())
        .collect();
    if candidates.is_empty() {
        return Err(SignatureError::Malformed);
    }
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let signed = [stamp.as_bytes(), b".", body].concat();
    // `hmac::verify` compares in constant time.
    if !candidates
        .iter()
        .any(|candidate| hmac::verify(&key, &signed, candidate).is_ok())
    {
        return Err(SignatureError::Mismatch);
    }
    if (now - signed_at).abs() > TOLERANCE {
        Err(SignatureError::Stale)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(secret: &str, body: &[u8], at: i64) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let tag = hmac::sign(&key, &[at.to_string().as_bytes(), b".", body].concat());
        format!("t={at},v1={},v0=00", hex::encode(tag))
    }

    #[test]
    fn only_the_right_secret_body_and_time_pass() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let good = header("whsec_a", b"{}", 1_800_000_000);
        assert_eq!(verify_signature(&good, b"{}", "whsec_a", now), Ok(()));
        assert_eq!(
            verify_signature(&good, b"{ }", "whsec_a", now),
            Err(SignatureError::Mismatch)
        );
        assert_eq!(
            verify_signature(&good, b"{}", "whsec_b", now),
            Err(SignatureError::Mismatch)
        );
        assert_eq!(
            verify_signature(&good, b"{}", "whsec_a", now + Duration::seconds(301)),
            Err(SignatureError::Stale)
        );
        assert_eq!(
            verify_signature("t=1", b"{}", "whsec_a", now),
            Err(SignatureError::Malformed)
        );
        let rolled = format!(
            "{},v1={}",
            header("whsec_old", b"{}", 1_800_000_000),
            good.split("v1=").nth(1).unwrap()
        );
        assert_eq!(verify_signature(&rolled, b"{}", "whsec_a", now), Ok(()));
    }
}
