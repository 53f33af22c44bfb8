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

use gateway::stripe::Stripe;
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
    /// Seals the context of a payment.
    pub seals: Seals,
    /// The payment processor.
    pub stripe: Stripe,
    /// Charged when a request names none.
    pub default_payment_method: Option<String>,
    /// When to ask for a payment of which no webhook came.
    pub reconcile_after: chrono::Duration,
    /// The time.
    pub clock: Clock,
}
