//! ehr-proxy as its callers meet it: the real app on a port of its own, with its own database and corner of the broker, before an
//! EHR that plays its part over HTTP.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod access;
mod app;
mod audit_trail;
mod connection;
mod consents;
mod ehr;
mod encounter;
mod failures;
mod interop;
mod patient_summary;
mod summary_refusals;
mod tokens;
mod watch;
