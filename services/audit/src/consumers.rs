//! Door 2: RabbitMQ.

pub mod audit_log;
pub mod notices;
pub mod tallies;
