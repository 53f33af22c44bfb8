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
use mc_access::tenancy::WorkerPool;
use mc_detection::RuleBook;
use mc_idempotency::Idempotency;
use mc_keyring::{Pseudonym, Seals};
use mc_mailbox::Mailbox;
use mc_service_kit::LongReads;
use mc_transparency::Signer;
use mc_vocabulary::Clock;
use sqlx::PgPool;
use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::{mpsc, watch};

/// What every action works with.
pub struct AppState {
    /// Connections as the serving role, under tenant isolation.
    pub pool: PgPool,
    /// Connections as the worker role, across organizations.
    pub worker_pool: WorkerPool,
    /// Connections for searches and reports, so that appending never waits for them.
    pub long_reads: LongReads,
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
    /// The newest signed checkpoints.
    pub anchors: Mutex<Anchors>,
    /// Folder for checkpoints outside the database; None: none.
    pub checkpoint_folder: Option<PathBuf>,
    /// Queue of checkpoints for the broker's stream.
    pub notes: mpsc::Sender<String>,
    /// Notified when this process has appended.
    pub appended: watch::Sender<DateTime<Utc>>,
    /// How long events are kept.
    pub retention: Retention,
    /// The rules of breach detection.
    pub rules: Arc<RuleBook>,
    pub clock: Clock,
}

/// What maintenance works with, as the owner of the database. It has no key: who can change the log
/// must not be able to sign it.
pub struct MaintenanceState {
    /// Connections as the owner of the schema.
    pub worker_pool: WorkerPool,
    /// The outbox.
    pub mailbox: Mailbox,
    /// How long events are kept.
    pub retention: Retention,
    pub clock: Clock,
}

impl AppState {
    /// The newest signed checkpoints.
    pub fn anchors(&self) -> MutexGuard<'_, Anchors> {
        self.anchors.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
