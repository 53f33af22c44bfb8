//! Door 2: RabbitMQ.

pub mod audit_trail;
