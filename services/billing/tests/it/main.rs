//! Billing over its API: the real service with its own database and broker prefix, and a simulated
//! Stripe, or that of test mode.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a panic here is a failed test"
)]

mod access;
mod app;
mod audit_trail;
mod cancel;
mod consent_order;
mod denials;
mod failures;
mod horizon;
mod interop;
mod last_release;
mod outage;
mod payments;
mod reconcile;
mod repeats;
mod sandbox;
mod stripe;
mod surplus;
mod webhook;
