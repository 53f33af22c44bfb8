//! What ehr-proxy knows without asking anybody: who may see what, what a decision means, what a justification may say.

mod connection;
mod consent;
mod household;
mod justification;
mod minimum_necessary;
mod reader;
mod summary;

pub use connection::{Connection, ConnectionKind};
pub use consent::{Consent, ConsentDecision, ConsentPurpose};
pub use household::Household;
pub use justification::{InvalidJustification, Justification};
pub use minimum_necessary::{Allowed, Purpose, allowed};
pub use reader::{Reader, Refusal, authorize, may_document};
pub use summary::{Chart, Summary};
