//! FHIR R4 `AuditEvent` under IHE BALP.

mod code;
mod kind;

pub use code::{ACTION_SYSTEM, Code};
pub use kind::{Kind, Verb};
