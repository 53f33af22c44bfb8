#![doc = include_str!("../README.md")]

mod audit;
mod backlog;
mod batch;
mod broadcast;
mod broker;
mod consumer;
mod dead_letters;
mod health;
mod inbox;
mod maintenance;
mod mark;
mod operator;
mod outbox;
mod publish;
mod relay;
mod route_table;
mod shared_commit;
mod stream;
mod tally;
mod transience;

use backlog::Backlog;
use dead_letters::DeadLetters;
use mc_access::tenancy::WorkerPool;
use mc_chassis::cached::Cached;
use mc_vocabulary::Clock;
use secrecy::SecretString;
use shared_commit::SharedCommit;
use sqlx::PgPool;
use std::{
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

pub use batch::BatchVerdict;
pub use broadcast::Hearing;
pub use consumer::Verdict;
pub use mc_contracts::Queue;
pub use operator::{DeadLetter, Operator, OperatorError, Replayed, Selection};
pub use publish::{Publication, Publisher};
pub use stream::Stream;
pub use transience::is_transient;

/// How long the mailbox waits.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How long a consumer holds deliveries that cannot be applied yet. Much less than the broker's
    /// `consumer_timeout` of 30 minutes.
    pub patience: Duration,
    /// How long a publication waits for the broker's confirms. Less than the time after which a
    /// relay that hangs loses its lock.
    pub confirm_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            patience: Duration::from_secs(30),
            confirm_timeout: Duration::from_secs(5),
        }
    }
}

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
    dead_letters: Arc<DeadLetters>,
    shared: Arc<SharedCommit>,
    backlog: Arc<Cached<Backlog>>,
    limits: Limits,
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
            dead_letters: Arc::default(),
            shared: Arc::default(),
            backlog: Arc::new(Cached::new(backlog::VALID_FOR)),
            limits: Limits::default(),
        }
    }

    /// The same with other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
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
