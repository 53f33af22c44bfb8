//! What is said about the platform, from what was seen of it. Pure.

mod breaker;
mod impact;
mod integration;
mod part;
mod platform;
mod policy;
mod service;
mod sighting;

pub use breaker::{BreakerState, Standing, Told};
pub use impact::{Impact, ImpactLevel};
pub use integration::Integration;
pub use part::{Part, Status};
pub use platform::{Platform, ServerParts};
pub use policy::{Control, ControlStatus, Finding, HANDLING, Measured, POLICIES, Requirement, STANDARDS};
pub use service::Service;
pub use sighting::{Parts, Sighting, Silence};
