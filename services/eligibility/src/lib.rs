#![doc = include_str!("../README.md")]
#![recursion_limit = "256"]

pub mod actions;
pub mod config;
pub mod domain;
pub mod gateway;
mod health;
pub mod routes;
pub mod startup;
pub mod store;

use actions::query_payer::Flights;
use chrono::Duration;
use gateway::Payers;
use mc_access::tenancy::WorkerPool;
use mc_idempotency::Idempotency;
use mc_keyring::Seals;
use mc_mailbox::Mailbox;
use mc_vocabulary::Clock;
use sqlx::PgPool;

/// What every action works with.
pub struct AppState {
    /// Connections as the serving role, under tenant isolation.
    pub pool: PgPool,
    /// Connections as the worker role, across organizations.
    pub worker_pool: WorkerPool,
    /// Outbox and inbox.
    pub mailbox: Mailbox,
    /// Responses given again for a repeated `Idempotency-Key`.
    pub idempotency: Idempotency,
    /// Seals members and payers' responses about them.
    pub seals: Seals,
    /// The payers that we are connected to.
    pub payers: Payers,
    /// Inquiries under way: identical ones made at the same time are sent once.
    pub flights: Flights,
    /// A live answer younger than this is returned again without querying the payer.
    pub fresh: Duration,
    pub clock: Clock,
}
