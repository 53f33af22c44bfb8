//! External EHRs: FHIR R4 with SMART Backend Services (HL7 SMART App Launch, backend services).

mod assertion;
mod chart;
mod client_secret;
mod discovery;
mod ehr;
mod ehrs;
mod error;
mod token;
mod token_cache;
mod token_request;

pub use assertion::{AssertionKey, AssertionKeyError};
pub use client_secret::read_bounds;
pub use ehr::{Ehr, Versioned};
pub use ehrs::{EhrDeps, Ehrs, organization_of};
pub use error::EhrError;
pub use token_request::{IssuedToken, request_token};

/// Fields of a connection's secret beside its bounds; it may also have `api_key`.
pub const SECRET_FIELDS: [&str; 3] = ["client_id", "private_key_pem", "kid"];
