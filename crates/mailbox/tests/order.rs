//! Events of a type arrive in the order in which they were enqueued: while no queue takes them,
//! when the queue is declared late, and with several relaying processes.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a panic here is a failed test"
)]

use mc_contracts::{Actor, AuditRecord, Interaction, Outcome, Queue, topology};
use mc_mailbox::{BatchVerdict, Mailbox};
use mc_testkit::{Broker, Database, broker, eventually};
use mc_vocabulary::Clock;
use sqlx::migrate::Migrator;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio_util::sync::CancellationToken;

static MIGRATOR: Migrator = sqlx::migrate!("../../migrations/auth");
const QUEUE: Queue = topology::AUDIT_LOG;

fn record(n: u64) -> AuditRecord {
    AuditRecord {
        action: n.to_string(),
        interaction: Interaction::Execute,
        outcome: Outcome::Success,
        actor: Actor::system("one actor"),
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

/// The mailbox of `service` over the tables of auth.
fn mailbox(service: &'static str, database: &Database, broker: &Broker) -> Mailbox {
    let (pool, worker_pool) = (database.serving.clone(), database.worker.clone());
    let (url, prefix) = (broker.secret_url(service), &broker.prefix);
    Mailbox::new(service, "auth", pool, worker_pool, url, prefix, Clock::System)
}

/// Enqueues `events` events while `relays` processes relay and the queue is declared only after
/// `late`. Returns the events that arrived, without duplicates.
async fn deliver(events: u64, relays: usize, late: Duration) -> Vec<u64> {
    mc_chassis::install_crypto();
    let database = Database::fresh("auth", &MIGRATOR).await;
    let broker = broker();
    broker.declare_queues(&[]).await;
    let stopping = CancellationToken::new();
    let mut tasks = Vec::new();
    for _ in 0..relays {
        tasks.push(tokio::spawn(
            mailbox("auth", &database, &broker).relay(stopping.clone()),
        ));
    }
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (consumer, keep, stop) = (
        mailbox("audit", &database, &broker),
        Arc::clone(&seen),
        stopping.clone(),
    );
    let operator = broker.clone();
    tasks.push(tokio::spawn(async move {
        tokio::time::sleep(late).await;
        operator.declare_queues(&[QUEUE]).await;
        let take = move |batch: Arc<Vec<mc_contracts::Envelope>>| {
            let mut seen = keep.lock().unwrap();
            for envelope in batch.iter() {
                let n: u64 = envelope.event::<AuditRecord>().unwrap().action.parse().unwrap();
                if !seen.contains(&n) {
                    seen.push(n);
                }
            }
            std::future::ready(BatchVerdict::Done(Vec::new()))
        };
        consumer.consume_in_batches(QUEUE, 50, stop, take).await;
    }));
    let writer = mailbox("auth", &database, &broker);
    for n in 0..events {
        writer.enqueue_now(None, &record(n)).await.unwrap();
    }
    eventually("every event", || async {
        (seen.lock().unwrap().len() as u64 == events).then_some(())
    })
    .await;
    stopping.cancel();
    for task in tasks {
        task.await.unwrap();
    }
    let seen = seen.lock().unwrap();
    seen.clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_enqueued_before_the_queue_exists_keep_their_order() {
    for late in [0, 150, 400] {
        let arrived = deliver(120, 1, Duration::from_millis(late)).await;
        assert!(arrived.is_sorted(), "queue after {late} ms: {arrived:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_relaying_processes_keep_the_order() {
    let arrived = deliver(600, 3, Duration::ZERO).await;
    assert!(arrived.is_sorted(), "{arrived:?}");
}
