//! The actions of billing, one file per verb, called by routes, consumers and workers.

pub mod apply_webhook;
pub mod cancel_payment;
pub mod create_payment;
pub mod get_payment;
pub mod record_consent;
pub mod undo_surplus;
pub mod work_off_due;

mod audit;
mod settle;
mod take_step;

pub use settle::SettleError;
