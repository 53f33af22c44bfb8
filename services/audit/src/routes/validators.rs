//! Validators of request fields, beyond their types.

use chrono::{DateTime, Datelike, Utc};

/// A time between 1900 and 2200.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that garde asks for")]
pub(super) fn plausible_time(time: &DateTime<Utc>, (): &()) -> garde::Result {
    if (1900..=2200).contains(&time.year()) {
        Ok(())
    } else {
        Err(garde::Error::new("expected a time between 1900 and 2200"))
    }
}

/// Text without control characters.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that garde asks for")]
pub(super) fn printable(text: &str, (): &()) -> garde::Result {
    if text.chars().any(char::is_control) {
        Err(garde::Error::new("expected no control characters"))
    } else {
        Ok(())
    }
}

/// Default number of entries on a page.
pub(super) fn default_limit() -> i64 {
    50
}

/// A W3C trace id as it is stored: 32 hexadecimal digits in lower case.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that garde asks for")]
pub(super) fn stored_trace(value: &str, (): &()) -> garde::Result {
    if value.len() == 32 && value.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
        Ok(())
    } else {
        Err(garde::Error::new("expected 32 hexadecimal digits in lower case"))
    }
}
