//! Door 2: RabbitMQ.

pub mod consents;
