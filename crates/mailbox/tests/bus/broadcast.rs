//! Broadcasts reach every process, also one that starts later, and a process knows when it is deaf.

use crate::{MIGRATOR, mailbox};
use mc_contracts::{Envelope, topology::user_of};
use mc_mailbox::{Hearing, Mailbox};
use mc_testkit::{Broker, ChaosProxy, Database, broker, eventually};
use mc_vocabulary::{Clock, EventId};
use std::{
    collections::HashMap,
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_process_hears_a_broadcast_also_one_that_starts_later() {
    mc_chassis::install_crypto();
    let database = Database::fresh("auth", &MIGRATOR).await;
    let broker = broker();
    broker.declare_streams().await;
    let first = listen(mailbox("billing", &database, &broker));
    let second = listen(mailbox("audit", &database, &broker));
    eventually("both hear", || async {
        (first.hearing.is_current() && second.hearing.is_current()).then_some(())
    })
    .await;
    let id = revoke(&broker).await;
    first.hears(id).await;
    second.hears(id).await;
    let late = listen(mailbox("console", &database, &broker));
    late.hears(id).await;
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
    listener.task.abort();
    broker.delete_streams().await;
}
