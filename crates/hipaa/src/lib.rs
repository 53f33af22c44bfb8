#![doc = include_str!("../README.md")]

mod any;
pub mod authorization;
pub mod balance;
pub mod claim;
pub mod claim_acknowledgement;
pub mod eligibility;
pub mod enrollment;
pub mod names;
pub mod parts;
pub mod premium;
pub mod remittance;
mod reveal;
pub mod status;
pub mod stream;

pub use any::{AnyTransaction, AnyTransactionError};
pub use names::{normalise_name, normalise_organization};
pub use parts::{Read, ViewError};
pub use reveal::{Reveal, Revealed};
