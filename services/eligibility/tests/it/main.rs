//! eligibility as its callers meet it: the real app, its own database and corner of the broker, and a payer that speaks CAQH CORE.
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
mod leaks;
mod outages;
mod payer;
mod verify;
