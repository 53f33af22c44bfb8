//! The state of the platform and what it means for care, computed from what was measured.

mod breaker;
mod impact;
mod integration;
mod part;
mod platform;
mod policy;
pub mod service;
mod service_status;

pub use breaker::{BreakerEvent, BreakerState, BreakerStatus};
pub use impact::{Impact, ImpactLevel};
pub use integration::Integration;
pub use part::{Part, Status};
pub use platform::{Platform, ServerParts};
pub use policy::{Control, ControlStatus, Finding, HANDLING, Measured, POLICIES, Requirement, STANDARDS};
pub use service_status::{Parts, ServiceStatus, Unreachable};
