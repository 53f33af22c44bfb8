#![doc = include_str!("../README.md")]
#![recursion_limit = "256"]

pub mod actions;
pub mod config;
pub mod consumers;
pub mod domain;
pub mod gateway;
mod health;
pub mod routes;
pub mod startup;
pub mod store;

use gateway::stripe::Stripe;
use mc_access::tenancy::WorkerPool;
use mc_idempotency::Idempotency;
use mc_keyring::Seals;
use mc_mailbox::Mailbox;
use mc_vocabulary::Clock;
use sqlx::PgPool;

/// The state that every action uses.
pub struct AppState {
    /// Pool of the serving role, under tenant isolation.
    pub pool: PgPool,
    /// Connections as the worker role, across organizations.
    pub worker_pool: WorkerPool,
    /// Outbox and inbox.
    pub mailbox: Mailbox,
    /// Stored responses for repeated `Idempotency-Key`s.
    pub idempotency: Idempotency,
    /// Seals the context of a payment.
    pub seals: Seals,
    /// The payment processor.
    pub stripe: Stripe,
    /// Payment method of a request that names none.
    pub default_payment_method: Option<String>,
    /// Age at which the processor is queried for a payment without a webhook.
    pub reconcile_after: chrono::Duration,
    /// Age at which a payment that the patient's browser does not confirm is canceled.
    pub abandon_after: chrono::Duration,
    pub clock: Clock,
}
