//! Door 2: RabbitMQ.

pub mod audit_log;
pub mod tallies;
