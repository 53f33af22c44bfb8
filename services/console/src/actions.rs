//! What the console does: one file a verb.

pub mod measure_policies;
pub mod record_breaker_change;
pub mod survey_platform;
