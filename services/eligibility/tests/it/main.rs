//! Eligibility over its API: the real service with its own database and broker prefix, and a
//! simulated payer.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a panic here is a failed test"
)]

mod access;
mod app;
mod audit_trail;
mod coverages;
mod failures;
mod frozen;
mod leaks;
mod outages;
mod payer;
mod verify;
