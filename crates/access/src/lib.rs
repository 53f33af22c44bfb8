#![doc = include_str!("../README.md")]

pub mod principal;
pub mod verifier;
pub mod wall;

pub use principal::{Claims, Principal};
pub use verifier::{AccessSettings, TokenError, Verifier};
