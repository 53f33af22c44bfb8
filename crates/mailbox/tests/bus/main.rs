//! The bus against a hostile or failing neighbour: real servers, users and rights of production.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a panic here is a failed test"
)]

mod broadcast;
mod full_queue;
mod inbox;
mod operator;
mod outbox;
mod rights;
mod senders;
mod waiting;

use mc_contracts::{Actor, AuditRecord, Interaction, Outcome};
use mc_mailbox::Mailbox;
use mc_testkit::{Broker, Database};
use mc_vocabulary::Clock;
use sqlx::migrate::Migrator;
use std::collections::BTreeMap;

static MIGRATOR: Migrator = sqlx::migrate!("../../migrations/auth");

/// The mailbox of `service` over the tables of auth.
fn mailbox(service: &'static str, database: &Database, broker: &Broker) -> Mailbox {
    let (pool, worker_pool) = (database.serving.clone(), database.worker.clone());
    let (url, prefix) = (broker.secret_url(service), &broker.prefix);
    Mailbox::new(service, "auth", pool, worker_pool, url, prefix, Clock::System)
}

fn record(action: &str) -> AuditRecord {
    AuditRecord {
        action: action.to_owned(),
        interaction: Interaction::Execute,
        outcome: Outcome::Success,
        actor: Actor::system("test"),
        occurred_at: chrono::Utc::now(),
        source_ip: None,
        trace_id: String::new(),
        patient_id: None,
        entity: None,
        purpose: None,
        justification: None,
        emergency: false,
        details: BTreeMap::new(),
    }
}
