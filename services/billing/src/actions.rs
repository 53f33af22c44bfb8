//! The actions of billing, one file per verb, called by routes, consumers and workers.

pub mod apply_webhook;
pub mod charge_next_due;
pub mod create_payment;
pub mod get_payment;
pub mod record_consent;

mod settle;

pub use settle::SettleError;
