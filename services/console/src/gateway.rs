//! What the console looks at: the services, the servers under them, and the machine.

pub mod machine;
pub mod servers;
pub mod services;
