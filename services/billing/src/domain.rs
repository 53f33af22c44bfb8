//! The rules of billing: the states of a payment, the signature of a webhook.

mod payment;
mod signature;

pub use payment::{Payment, Status};
pub use signature::{SignatureError, verify_signature};
