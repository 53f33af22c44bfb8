#![doc = include_str!("../README.md")]
#![recursion_limit = "256"]

pub mod actions;
pub mod commands;
pub mod config;
pub mod domain;
pub mod gateway;
mod health;
pub mod routes;
pub mod startup;
pub mod store;

use config::Settings;
use domain::assertion::Client;
use gateway::webhook::Receiver;
use mc_keyring::SecretString;
use mc_vocabulary::Clock;
use sqlx::PgPool;
use std::sync::Arc;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// What every action works with.
pub struct AppState {
    /// Schema `sandbox`.
    pub pool: PgPool,
    pub clock: Clock,
    pub settings: Settings,
    /// Clients that the EHR issues tokens to.
    pub clients: Vec<Client>,
    /// Credentials that the payer accepts.
    pub payer: PayerLogin,
    /// The API key that Stripe accepts.
    pub stripe_key: SecretString,
    /// The receiver of webhooks.
    pub receiver: Receiver,
    /// Cancelled when the process takes no new requests: held connections are closed then.
    pub draining: CancellationToken,
    /// Notified when a webhook is due.
    pub webhooks: Arc<Notify>,
}

/// `UserName` and `Password` of a CORE envelope.
pub struct PayerLogin {
    pub username: SecretString,
    pub password: SecretString,
}
