#![doc = include_str!("../README.md")]
#![recursion_limit = "256"]

pub mod actions;
pub mod commands;
pub mod config;
pub mod domain;
mod health;
pub mod routes;
pub mod startup;
pub mod store;

use domain::{Signer, TokenLifetimes};
use mc_access::tenancy::WorkerPool;
use mc_idempotency::Idempotency;
use mc_keyring::{BlindIndex, Seals};
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
    /// Seals e-mail addresses and second factors.
    pub seals: Seals,
    /// Digests of e-mail addresses for look-up, and pseudonyms of devices.
    pub blind_index: BlindIndex,
    /// Signs access tokens.
    pub signer: Signer,
    /// Whether a code that was accepted is refused when presented again (RFC 6238 section 5.2).
    pub refuse_code_replay: bool,
    pub lifetimes: TokenLifetimes,
    pub clock: Clock,
}
