//! The rules of billing: the states of a payment, its next step, the signature of a webhook.

mod next_step;
mod payment;
mod signature;

pub use next_step::{IN_FLIGHT_MAX, NextStep, next_step, reason_to_cancel};
pub use payment::{CancelReason, Payment, Status, pause_after};
pub use signature::{SignatureError, verify_signature};
