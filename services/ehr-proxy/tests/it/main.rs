//! The service under test with its own database and broker prefix, and an EHR for tests over HTTP.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod access;
mod app;
mod audit_trail;
mod bounds;
mod connection;
mod consent_order;
mod consents;
mod ehr;
mod encounter;
mod failures;
mod health;
mod interop;
mod patient_summary;
mod sessions;
mod summary_refusals;
mod tokens;
