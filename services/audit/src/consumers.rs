//! Consumers of RabbitMQ, one file per queue.

pub mod audit_log;
pub mod notices;
pub mod tallies;
