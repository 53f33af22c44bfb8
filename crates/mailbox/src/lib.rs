#![doc = include_str!("../README.md")]

mod audit;
mod batch;
mod broker;
mod consumer;
mod inbox;
mod outbox;
mod publish;
mod relay;
mod route_table;
mod stream;
mod tally;
mod watch;

use mc_vocabulary::Clock;
use secrecy::SecretString;
use sqlx::PgPool;
use std::sync::{Arc, atomic::AtomicBool};

pub use batch::BatchVerdict;
pub use consumer::{Queue, Verdict};
pub use publish::Publisher;
pub use stream::Stream;

/// One service's post box. Cheap to clone.
#[derive(Clone)]
pub struct Mailbox {
    service: &'static str,
    schema: &'static str,
    pool: PgPool,
    broker_url: SecretString,
    /// Put before every exchange and queue, so that tests share a broker.
    prefix: Arc<str>,
    clock: Clock,
    connected: Arc<AtomicBool>,
}

impl Mailbox {
    /// The post box of `service`, whose tables stand in `schema`.
    pub fn new(
        service: &'static str,
        schema: &'static str,
        pool: PgPool,
        broker_url: SecretString,
        prefix: &str,
        clock: Clock,
    ) -> Self {
        Self {
            service,
            schema,
            pool,
            broker_url,
            prefix: prefix.into(),
            clock,
            connected: Arc::default(),
        }
    }

    /// The clock it reads.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The service it belongs to.
    pub fn service(&self) -> &'static str {
        self.service
    }
}
