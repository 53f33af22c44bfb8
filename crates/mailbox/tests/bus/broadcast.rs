//! Broadcasts reach every process, also one that starts later, and a process knows when it is deaf.

use crate::{MIGRATOR, mailbox};
use mc_access::tenancy;
use mc_contracts::{AccessRevoked, Envelope, RevocationReason, topology::user_of};
use mc_mailbox::{Hearing, Mailbox};
use mc_testkit::{Broker, ChaosProxy, Database, broker, eventually};
use mc_vocabulary::{Clock, EventId, SessionId};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex},
};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

struct Listener {
    hearing: Hearing,
    heard: Arc<Mutex<Vec<EventId>>>,
    task: JoinHandle<()>,
}

fn listen(mailbox: Mailbox) -> Listener {
    let (hearing, heard) = (Hearing::default(), Arc::new(Mutex::new(Vec::new())));
    let keep = Arc::clone(&heard);
    let task = mailbox.broadcasts(CancellationToken::new(), hearing.clone(), move |envelope: &Envelope| {
        keep.lock().unwrap().push(envelope.id);
    });
    Listener {
        hearing,
        heard,
        task: tokio::spawn(task),
    }
}

impl Listener {
    async fn hears(&self, id: EventId) {
        eventually("the broadcast", || async {
            self.heard.lock().unwrap().contains(&id).then_some(())
        })
        .await;
    }
}

async fn revoke(broker: &Broker) -> EventId {
    let envelope = Envelope {
        id: EventId::new(),
        event_type: "auth.access.revoked.v1".to_owned(),
        source: "auth".to_owned(),
        time: chrono::Utc::now(),
        subject: None,
        organization_id: None,
        trace: HashMap::new(),
        data: serde_json::json!({}),
    };
    broker.publish("auth", std::slice::from_ref(&envelope)).await;
    envelope.id
}

/// Auth's relay, which marks the stream.
fn relay(mailbox: Mailbox) -> CancellationToken {
    let stopping = CancellationToken::new();
    tokio::spawn(mailbox.relay(stopping.clone()));
    stopping
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_process_hears_a_broadcast_also_one_that_starts_later() {
    mc_chassis::install_crypto();
    let database = Database::fresh("auth", &MIGRATOR).await;
    let broker = broker();
    broker.declare_streams().await;
    let first = listen(mailbox("billing", &database, &broker));
    let second = listen(mailbox("audit", &database, &broker));
    let relay = relay(mailbox("auth", &database, &broker));
    eventually("both hear", || async {
        (first.hearing.is_current() && second.hearing.is_current()).then_some(())
    })
    .await;
    let id = revoke(&broker).await;
    first.hears(id).await;
    second.hears(id).await;
    let late = listen(mailbox("console", &database, &broker));
    late.hears(id).await;
    relay.cancel();
    for listener in [first, second, late] {
        listener.task.abort();
    }
    broker.delete_streams().await;
    assert_eq!(user_of("auth"), "medconnect-auth");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_without_the_broker_knows_that_it_hears_nothing_and_hears_it_afterwards() {
    mc_chassis::install_crypto();
    let database = Database::fresh("auth", &MIGRATOR).await;
    let broker = broker();
    broker.declare_streams().await;
    let proxy = ChaosProxy::before_url(&broker.operator_url).await;
    let url = broker.url_at("billing", Some(proxy.port)).into();
    let (pool, worker_pool) = (database.serving.clone(), database.worker.clone());
    let deaf = Mailbox::new("billing", "auth", pool, worker_pool, url, &broker.prefix, Clock::System);
    let listener = listen(deaf);
    let relay = relay(mailbox("auth", &database, &broker));
    eventually("it hears", || async { listener.hearing.is_current().then_some(()) }).await;
    proxy.cut();
    eventually("it knows", || async { (!listener.hearing.is_current()).then_some(()) }).await;
    let id = revoke(&broker).await;
    assert!(!listener.heard.lock().unwrap().contains(&id));
    proxy.restore();
    listener.hears(id).await;
    eventually("it hears again", || async {
        listener.hearing.is_current().then_some(())
    })
    .await;
    relay.cancel();
    listener.task.abort();
    broker.delete_streams().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_on_a_working_connection_knows_that_the_publisher_is_stopped_or_behind() {
    mc_chassis::install_crypto();
    let database = Database::fresh("auth", &MIGRATOR).await;
    let broker = broker();
    broker.declare_streams().await;
    let listener = listen(mailbox("billing", &database, &broker));
    let first = relay(mailbox("auth", &database, &broker));
    eventually("it hears", || async { listener.hearing.is_current().then_some(()) }).await;
    first.cancel();
    eventually("it knows that nothing comes", || async {
        (!listener.hearing.is_current()).then_some(())
    })
    .await;

    // The end of a session waits behind a lock of the relay's turn: its marks say nothing.
    let auth = mailbox("auth", &database, &broker);
    let mut turn = database.owner.begin().await.unwrap();
    let lock = "SELECT FROM auth.locks WHERE name = 'mailbox.relay' FOR UPDATE";
    sqlx::query(lock).execute(&mut *turn).await.unwrap();
    let mut transaction = tenancy::begin_as_platform(&database.worker).await.unwrap();
    let end = AccessRevoked {
        session_id: SessionId::new(),
        expires_at: chrono::Utc::now(),
        reason: RevocationReason::SignedOut,
    };
    auth.enqueue(&mut transaction, None, &end).await.unwrap();
    transaction.commit().await.unwrap();
    let second = relay(auth);
    let turns = Mutex::new(HashSet::new());
    eventually("the relay has looked several times", || async {
        let last = "SELECT max(query_start)::text FROM pg_stat_activity \
                    WHERE datname = current_database() AND pid <> pg_backend_pid() AND query ILIKE 'rollback%'";
        let last: Option<String> = sqlx::query_scalar(last).fetch_one(&database.owner).await.unwrap();
        turns.lock().unwrap().insert(last);
        (turns.lock().unwrap().len() > 4).then_some(())
    })
    .await;
    assert!(!listener.hearing.is_current(), "an end waits that it has not heard");
    turn.rollback().await.unwrap();
    eventually("it hears all", || async { listener.hearing.is_current().then_some(()) }).await;
    assert_eq!(listener.heard.lock().unwrap().len(), 1);
    second.cancel();
    listener.task.abort();
    broker.delete_streams().await;
}
