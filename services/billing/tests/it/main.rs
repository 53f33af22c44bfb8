//! billing as its callers meet it: the real app with its own database and corner of the broker, and a Stripe that does as value.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a panic here is a failed test"
)]

mod access;
mod app;
mod audit_trail;
mod failures;
mod interop;
mod outage;
mod payments;
mod stripe;
mod webhook;
