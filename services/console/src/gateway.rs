//! What the console checks: the services, their servers, and the machine.

pub mod machine;
pub mod servers;
pub mod services;

pub use mc_chassis::cached::Cached;
