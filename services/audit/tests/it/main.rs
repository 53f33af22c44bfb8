//! audit as the others meet it: the real app with its own database and corner of the broker.
#![recursion_limit = "256"]
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a panic here is a failed test"
)]

mod access;
mod alerts;
mod app;
mod audit_trail;
mod backup;
mod detection;
mod failures;
mod fhir;
mod hostile;
mod idempotency;
mod inventory;
mod log;
mod patients;
mod plans;
mod policies;
mod replay;
mod reports;
mod retention;
mod search;
mod secrets;
mod stream;
mod tampering;
