#![doc = include_str!("../README.md")]

pub mod clock;
pub mod fhir_id;
pub mod id;
pub mod money;
pub mod phi;
pub mod problem;
pub mod role;

pub use clock::Clock;
pub use fhir_id::{EncounterId, InvalidFhirId, PatientId};
pub use id::{
    AlertId, ClientId, ConnectionId, ConsentId, CoverageId, EventId, HoldId, OrganizationId, PaymentId, RecordId,
    ReportId, SessionId, UserId, VerificationId,
};
pub use money::{Currency, Money, MoneyError, deserialize_minor_units};
pub use phi::Phi;
pub use problem::ProblemKind;
pub use role::{Permission, Role};
