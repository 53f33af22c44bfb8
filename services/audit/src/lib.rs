#![doc = include_str!("../README.md")]
#![recursion_limit = "256"]

pub mod actions;
pub mod config;
pub mod consumers;
pub mod domain;
pub mod routes;
pub mod startup;
pub mod store;

use domain::HeadKey;
use mc_keyring::{Pseudonym, Seals};
use mc_mailbox::Mailbox;
use mc_vocabulary::Clock;
use sqlx::PgPool;
use std::path::PathBuf;

/// What every action may use.
pub struct Desk {
    /// Behind the walls.
    pub pool: PgPool,
    /// Outbox and inbox.
    pub mailbox: Mailbox,
    /// Seals patient ids.
    pub seals: Seals,
    /// Masks patient ids.
    pub pseudonym: Pseudonym,
    /// Signs heads.
    pub head_key: HeadKey,
    /// Where heads stand outside the database.
    pub head_file: Option<PathBuf>,
    /// The time.
    pub clock: Clock,
}
