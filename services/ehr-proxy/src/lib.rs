#![doc = include_str!("../README.md")]
#![recursion_limit = "256"]

pub mod actions;
pub mod config;
pub mod domain;
pub mod events;
pub mod gateway;
mod health;
pub mod routes;
pub mod startup;
pub mod store;

use gateway::Ehrs;
use mc_access::tenancy::WorkerPool;
use mc_idempotency::Idempotency;
use mc_keyring::{Pseudonym, Secrets};
use mc_mailbox::Mailbox;
use mc_vocabulary::Clock;
use sqlx::PgPool;

/// The state that every action uses.
pub struct AppState {
    /// Pool of the serving role, under tenant isolation.
    pub pool: PgPool,
    /// Connections as the worker role, across organizations.
    pub worker_pool: WorkerPool,
    /// Outbox and inbox.
    pub mailbox: Mailbox,
    /// Stored responses for repeated `Idempotency-Key`s.
    pub idempotency: Idempotency,
    /// The EHR of each organization.
    pub ehrs: Ehrs,
    /// Pseudonyms of family names and addresses.
    pub pseudonym: Pseudonym,
    /// Credentials of connections.
    pub secrets: Secrets,
    pub clock: Clock,
}
