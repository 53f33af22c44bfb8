#![doc = include_str!("../README.md")]
#![recursion_limit = "256"]

pub mod actions;
pub mod config;
pub mod consumers;
pub mod domain;
pub mod gateway;
pub mod routes;
pub mod startup;
pub mod store;

use actions::Kept;
use domain::{Measured, Platform};
use gateway::{machine::Machine, servers::Servers, services::Services};
use mc_keyring::Secrets;
use mc_mailbox::Mailbox;
use mc_vocabulary::Clock;
use sqlx::PgPool;

/// What every action may use.
pub struct AppState {
    /// The breakers' history.
    pub pool: PgPool,
    /// Inbox of breaker events.
    pub mailbox: Mailbox,
    /// The services that the platform is made of.
    pub services: Services,
    /// The servers that it stands on.
    pub servers: Servers,
    /// The machine that it runs on.
    pub machine: Machine,
    /// Where secrets come from.
    pub secrets: Secrets,
    /// The last survey.
    pub surveyed: Kept<Platform>,
    /// The last measurement of the policies.
    pub measured: Kept<Measured>,
    /// The time.
    pub clock: Clock,
}
