//! What the console does, one file a verb.

mod kept;
pub mod measure_policies;
pub mod record_breaker_change;
pub mod survey_platform;

pub use kept::Kept;
