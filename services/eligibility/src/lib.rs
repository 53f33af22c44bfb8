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

use actions::ask_payer::Flights;
use chrono::Duration;
use gateway::Payers;
use mc_keyring::Seals;
use mc_mailbox::Mailbox;
use mc_vocabulary::Clock;
use sqlx::PgPool;

/// What every action may use.
pub struct AppState {
    /// Behind the walls.
    pub pool: PgPool,
    /// Outbox and inbox.
    pub mailbox: Mailbox,
    /// Seals members and what payers say about them.
    pub seals: Seals,
    /// Who can be asked.
    pub payers: Payers,
    /// Questions under way: the same one, asked twice at once, is sent once.
    pub flights: Flights,
    /// Answers younger than this are told again.
    pub fresh: Duration,
    /// The time.
    pub clock: Clock,
}
