//! auth as its callers meet it: the real app on a port of its own, with its own database and corner of the broker.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a panic here is a failed test"
)]

mod access;
mod app;
mod audit_trail;
mod failures;
mod machines;
mod sign_in;
