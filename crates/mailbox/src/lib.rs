#![doc = include_str!("../README.md")]

mod audit;
mod batch;
mod broker;
mod consumer;
mod health;
mod inbox;
mod outbox;
mod publish;
mod relay;
mod route_table;
mod stream;
mod tally;

use mc_access::tenancy::WorkerPool;
use mc_vocabulary::Clock;
use secrecy::SecretString;
use sqlx::PgPool;
use std::sync::{Arc, atomic::AtomicBool};

pub use batch::BatchVerdict;
pub use consumer::{Queue, Verdict};
pub use publish::Publisher;
pub use stream::Stream;

/// The outbox and inbox of one service. Cheap to clone.
#[derive(Clone)]
pub struct Mailbox {
    service: &'static str,
    schema: &'static str,
    pool: PgPool,
    worker_pool: WorkerPool,
    broker_url: SecretString,
    /// Prefix of every exchange and queue, so that tests can share a broker.
    prefix: Arc<str>,
    clock: Clock,
    connected: Arc<AtomicBool>,
}

impl Mailbox {
    /// The mailbox of `service`, with its tables in `schema`. Requests enqueue through `pool`; the
    /// relay reads and marks through `worker_pool`.
    pub fn new(
        service: &'static str,
        schema: &'static str,
        pool: PgPool,
        worker_pool: WorkerPool,
        broker_url: SecretString,
        prefix: &str,
        clock: Clock,
    ) -> Self {
        Self {
            service,
            schema,
            pool,
            worker_pool,
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
