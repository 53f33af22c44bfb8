//! Delay before the next attempt.

use std::time::Duration;

use chrono::{DateTime, Utc};
use http::{HeaderMap, header::RETRY_AFTER};
use rand::Rng as _;

/// 1 s, 2 s, 4 s … with 20 % of jitter, so that callers that failed together do not retry together.
pub(crate) fn delay(initial: Duration, retry: u32) -> Duration {
    let whole = initial.saturating_mul(2_u32.saturating_pow(retry.min(16)));
    whole.mul_f64(rand::rng().random_range(0.8..=1.2))
}

/// The seconds of the header, or the time until its date (RFC 9110 section 10.2.3).
pub(crate) fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(Duration::from_secs(seconds.into()));
    }
    let at = DateTime::parse_from_rfc2822(text).ok()?;
    Some((at.with_timezone(&Utc) - now).to_std().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<Duration> {
        let now = DateTime::parse_from_rfc3339("2026-01-01T00:00:00Z")
            .unwrap()
            .with_timezone(&Utc);
        retry_after(&HeaderMap::from_iter([(RETRY_AFTER, text.parse().unwrap())]), now)
    }

    #[test]
    fn retry_after_is_read_in_seconds_and_as_a_date() {
        assert_eq!(parsed("7"), Some(Duration::from_secs(7)));
        assert_eq!(parsed("Thu, 01 Jan 2026 00:00:09 GMT"), Some(Duration::from_secs(9)));
        assert_eq!(parsed("Wed, 31 Dec 2025 00:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(parsed("soon"), None);
        assert_eq!(parsed("-1"), None);
    }

    #[test]
    fn delays_double_with_at_most_a_fifth_of_jitter() {
        for (retry, whole) in [(0, 1000), (1, 2000), (2, 4000)] {
            let wait = delay(Duration::from_secs(1), retry);
            assert!(wait >= Duration::from_millis(whole * 8 / 10) && wait <= Duration::from_millis(whole * 12 / 10));
        }
        delay(Duration::from_secs(1), u32::MAX);
    }
}
