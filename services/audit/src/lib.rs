#![doc = include_str!("../README.md")]
#![recursion_limit = "256"]

pub mod actions;
pub mod commands;
pub mod config;
pub mod consumers;
pub mod domain;
pub mod gateway;
mod health;
pub mod routes;
pub mod startup;
pub mod store;
mod workers;

use chrono::{DateTime, Utc};
use domain::{Anchors, Retention};
use mc_detection::RuleBook;
use mc_idempotency::Idempotency;
use mc_keyring::{Pseudonym, Seals};
use mc_mailbox::Mailbox;
use mc_transparency::Signer;
use mc_vocabulary::Clock;
use sqlx::PgPool;
use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::{mpsc, watch};

/// What every action may use.
pub struct AppState {
    /// Behind the walls.
    pub pool: PgPool,
    /// Outbox and inbox.
    pub mailbox: Mailbox,
    /// Responses that are returned again for a repeated `Idempotency-Key`.
    pub idempotency: Idempotency,
    /// Seals patient ids.
    pub seals: Seals,
    /// Masks patient ids.
    pub pseudonym: Pseudonym,
    /// Signs checkpoints.
    pub signer: Signer,
    /// What was signed before.
    pub anchors: Mutex<Anchors>,
    /// Where checkpoints stand outside the database; None: nowhere.
    pub checkpoint_folder: Option<PathBuf>,
    /// Checkpoints on their way to the broker's stream.
    pub notes: mpsc::Sender<String>,
    /// Told when this process has appended, and when.
    pub appended: watch::Sender<DateTime<Utc>>,
    /// How long events are kept.
    pub retention: Retention,
    /// What looks like misuse.
    pub rules: Arc<RuleBook>,
    /// The time.
    pub clock: Clock,
}

/// What the work of the database's owner may use: no key but the way to the database. Who could change the log shall not sign it.
pub struct MaintenanceState {
    /// As the owner.
    pub pool: PgPool,
    /// The outbox.
    pub mailbox: Mailbox,
    /// How long events are kept.
    pub retention: Retention,
    /// The time.
    pub clock: Clock,
}

impl AppState {
    /// What was signed before.
    pub fn anchors(&self) -> MutexGuard<'_, Anchors> {
        self.anchors.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
