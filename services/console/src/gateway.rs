//! What the console checks: the services, their servers, and the machine.

mod cached;
pub mod machine;
pub mod servers;
pub mod services;

pub use cached::Cached;
