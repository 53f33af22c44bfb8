//! The sandbox as adapters meet it: the real app on a port of its own, with its own database.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a panic here is a failed test; tests make their own time and clients"
)]

mod app;
mod ehr_charts;
mod ehr_tokens;
mod faults;
mod payer;
mod stripe;
mod webhooks;
