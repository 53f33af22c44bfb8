#![doc = include_str!("../README.md")]
#![recursion_limit = "256"]

pub mod actions;
pub mod config;
pub mod domain;
pub mod gateway;
pub mod routes;
pub mod startup;
pub mod store;

use config::Settings;
use domain::assertion::Client;
use gateway::webhook::Receiver;
use mc_keyring::SecretString;
use mc_vocabulary::Clock;
use sqlx::PgPool;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// What every action may use.
pub struct AppState {
    /// Schema `sandbox`.
    pub pool: PgPool,
    /// The time.
    pub clock: Clock,
    /// How late, how long, where to.
    pub settings: Settings,
    /// Who may ask the EHR for a token.
    pub clients: Vec<Client>,
    /// Who may ask the payer.
    pub payer: PayerLogin,
    /// Key of Stripe's interface.
    pub stripe_key: SecretString,
    /// Gets webhooks.
    pub receiver: Receiver,
    /// Cancelled when the process is asked to stop: nobody is kept waiting then.
    pub stopping: CancellationToken,
    /// Woken when a webhook is due.
    pub webhooks: Notify,
}

/// `UserName` and `Password` of a CORE envelope.
pub struct PayerLogin {
    /// Who.
    pub username: SecretString,
    /// The password.
    pub password: SecretString,
}
