//! The service over its API: with its own database and broker prefix.
#![expect(clippy::unwrap_used, reason = "a panic here is a failed test")]

mod access;
mod health;
