//! What billing knows without asking anybody: a payment's life, a webhook's proof.

mod payment;
mod signature;

pub use payment::{Payment, Status};
pub use signature::{SignatureError, verify_signature};
