//! The rules of ehr-proxy: who may see what, which consent applies, what a justification may
//! contain.

mod bounds;
mod connection;
mod consent;
mod household;
mod justification;
mod minimum_necessary;
mod reader;
mod summary;

pub use bounds::{BOUND_FIELDS, Bounds, BoundsError};
pub use connection::{Connection, ConnectionKind};
pub use consent::{Consent, ConsentDecision, ConsentPurpose};
pub use household::Household;
pub use justification::{InvalidJustification, Justification};
pub use minimum_necessary::{Allowed, Purpose, allowed};
pub use reader::{Reader, Refusal, authorize, may_document};
pub use summary::{Chart, Summary};
