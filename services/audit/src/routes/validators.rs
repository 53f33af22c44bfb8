//! What a value must be like, beyond its type: the store takes no more.

use chrono::{DateTime, Datelike, Utc};

/// A time that somebody can mean.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that garde asks for")]
pub(super) fn plausible_time(time: &DateTime<Utc>, (): &()) -> garde::Result {
    if (1900..=2200).contains(&time.year()) {
        Ok(())
    } else {
        Err(garde::Error::new("expected a time between 1900 and 2200"))
    }
}

/// Text without control characters, a word or name.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that garde asks for")]
pub(super) fn printable(text: &str, (): &()) -> garde::Result {
    if text.chars().any(char::is_control) {
        Err(garde::Error::new("expected no control characters"))
    } else {
        Ok(())
    }
}

/// Entries on one page where the query does not say.
pub(super) fn default_limit() -> i64 {
    50
}
