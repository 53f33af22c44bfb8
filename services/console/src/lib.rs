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

use domain::{Measured, Platform};
use gateway::{Cached, machine::Machine, servers::Servers, services::Services};
use mc_access::tenancy::WorkerPool;
use mc_mailbox::Mailbox;
use mc_vocabulary::Clock;
use sqlx::PgPool;

/// What every action works with.
pub struct AppState {
    /// Connections as the serving role.
    pub pool: PgPool,
    /// Connections as the worker role, across organizations.
    pub worker_pool: WorkerPool,
    /// Inbox of breaker events and outbox.
    pub mailbox: Mailbox,
    /// The platform's services.
    pub services: Services,
    /// The platform's servers.
    pub servers: Servers,
    /// The machine that the console runs on.
    pub machine: Machine,
    /// The last survey.
    pub surveyed: Cached<Platform>,
    /// The last measurement of the policies.
    pub measured: Cached<Measured>,
    pub clock: Clock,
}
