//! Routes of the log.

mod event_view;
pub mod events;
mod events_query;
pub mod fhir;
pub mod fhir_outcome;
pub mod holds;
pub mod proofs;
pub mod recent;
pub mod retention;
pub mod stream;
pub mod verification;
