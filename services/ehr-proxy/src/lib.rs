#![doc = include_str!("../README.md")]
#![recursion_limit = "256"]

pub mod actions;
pub mod config;
pub mod domain;
pub mod events;
pub mod gateway;
pub mod routes;
pub mod startup;
pub mod store;

use gateway::Ehrs;
use mc_keyring::{Pseudonym, Secrets};
use mc_mailbox::Mailbox;
use mc_vocabulary::Clock;
use sqlx::PgPool;

/// What every action may use.
pub struct AppState {
    /// Behind the walls.
    pub pool: PgPool,
    /// Outbox and inbox.
    pub mailbox: Mailbox,
    /// The EHR of each organisation.
    pub ehrs: Ehrs,
    /// Masks family names and addresses.
    pub pseudonym: Pseudonym,
    /// Credentials of connections.
    pub secrets: Secrets,
    /// The time.
    pub clock: Clock,
}
