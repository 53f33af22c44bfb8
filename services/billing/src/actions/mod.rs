//! What billing does: one file a verb, called by both doors and by the worker.

pub mod apply_webhook;
pub mod charge_due;
pub mod create_payment;
pub mod record_consent;
pub mod show_payment;
pub mod tell_breaker_change;

mod settle;

pub use settle::SettleError;
