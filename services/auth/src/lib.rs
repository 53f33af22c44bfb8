#![doc = include_str!("../README.md")]
#![recursion_limit = "256"]

pub mod actions;
pub mod config;
pub mod domain;
pub mod routes;
pub mod startup;
pub mod store;

use domain::{Signer, TokenLife};
use mc_keyring::{BlindIndex, Seals};
use mc_mailbox::Mailbox;
use mc_vocabulary::Clock;
use sqlx::PgPool;

/// What every action may use.
pub struct AppState {
    /// Behind the walls.
    pub pool: PgPool,
    /// Outbox and inbox.
    pub mailbox: Mailbox,
    /// Seals e-mail addresses and second factors.
    pub seals: Seals,
    /// Finds a sealed e-mail address, and gives devices their pseudonyms.
    pub emails: BlindIndex,
    /// Signs access tokens.
    pub signer: Signer,
    /// Whether a code that was accepted is refused when seen again (RFC 6238 section 5.2).
    pub refuse_code_replay: bool,
    /// How long tokens live.
    pub life: TokenLife,
    /// The time.
    pub clock: Clock,
}
