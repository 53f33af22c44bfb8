#![doc = include_str!("../README.md")]

pub mod config;
pub mod routes;
pub mod startup;

use mc_mailbox::Mailbox;
use mc_vocabulary::Clock;
use sqlx::PgPool;

/// What every action works with.
pub struct AppState {
    /// Connections as the serving role.
    pub pool: PgPool,
    /// Inbox and outbox.
    pub mailbox: Mailbox,
    pub clock: Clock,
}
