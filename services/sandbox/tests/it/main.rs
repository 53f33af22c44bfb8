//! The sandbox over its simulated systems: the real service with its own database.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a panic here is a failed test"
)]

mod access;
mod app;
mod ehr_charts;
mod ehr_tokens;
mod faults;
mod payer;
mod stripe;
mod webhooks;
