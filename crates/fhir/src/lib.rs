#![doc = include_str!("../README.md")]

pub mod bundle;
pub mod capability_statement;
pub mod encounter;
pub mod error;
pub mod ids;
pub mod operation_outcome;
pub mod problem;
pub mod project;
pub mod resource;
pub mod search;

/// The FHIR media type.
pub const FHIR_JSON: &str = "application/fhir+json";

pub use bundle::{Bundle, BundleKind, SearchPage, write_bundle};
pub use capability_statement::{CapabilityStatement, ResourceCapability};
pub use encounter::{Documentation, apply_documentation, subject_patient_id};
pub use error::FhirError;
pub use ids::{WeakEtag, valid_id};
pub use operation_outcome::{Coding, OperationOutcome, Severity, UpstreamIssue, read_outcome};
pub use problem::outcome_of_problem;
pub use project::{is_allowed, project};
pub use resource::Resource;
pub use search::{DateRange, InvalidParameter, ParameterKind, SearchGrammar, SearchParameter};
