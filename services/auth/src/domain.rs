//! The rules of auth: accounts, passwords, second factors, tokens.

mod account;
mod device;
mod password;
mod second_factor;
mod source;
mod token;

pub use account::{Account, Machine, normalize_email};
pub use device::device_name;
pub use password::{Password, PasswordHash};
pub use second_factor::SecondFactor;
pub use source::source_digest;
pub use token::{Opaque, Signer, SigningKeyError, TokenLifetimes};
