//! Auth over its API: the real service with its own database and broker prefix.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a panic here is a failed test"
)]

mod access;
mod app;
mod audit_trail;
mod failures;
mod guessing;
mod machines;
mod revocation;
mod sign_in;
mod upgrade;
