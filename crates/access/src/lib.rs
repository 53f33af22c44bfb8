#![doc = include_str!("../README.md")]

pub mod principal;
pub mod tenancy;
pub mod verifier;

pub use principal::{Claims, Principal};
pub use verifier::{AccessSettings, TokenError, Verifier};
