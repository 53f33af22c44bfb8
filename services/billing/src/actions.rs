//! What billing does: one file a verb, called by both doors and by the worker.

pub mod apply_webhook;
pub mod charge_due;
pub mod create_payment;
pub mod get_payment;
pub mod publish_breaker_change;
pub mod record_consent;

mod settle;

pub use settle::SettleError;
