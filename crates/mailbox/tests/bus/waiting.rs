//! A consumer that has to wait holds nothing, and makes no dead letters of healthy events.

use crate::{MIGRATOR, mailbox, record};
use lapin::{
    Connection, ConnectionProperties,
    options::{QueueBindOptions, QueueDeclareOptions},
    types::{AMQPValue, FieldTable, LongString},
};
use mc_contracts::topology::{AUDIT_LOG, EVENTS};
use mc_mailbox::{BatchVerdict, Limits, Verdict};
use mc_testkit::{Broker, Database, broker, eventually};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicI32, Ordering},
    },
    time::Duration,
};
use tokio_util::sync::CancellationToken;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_consumer_that_waits_holds_no_delivery_and_applies_each_event_once_afterwards() {
    mc_chassis::install_crypto();
    let database = Database::fresh("auth", &MIGRATOR).await;
    let broker = broker();
    broker.declare_queues(&[AUDIT_LOG]).await;
    let records: Vec<_> = (0..10).map(|n| record(&n.to_string())).collect();
    broker.publish_as("auth", None, &records).await;

    let (away, attempts) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicI32::new(0)));
    let applied = Arc::new(Mutex::new(Vec::new()));
    let stopping = CancellationToken::new();
    let limits = Limits {
        patience: Duration::ZERO,
        ..Limits::default()
    };
    let consumer = {
        let (away, attempts, applied) = (Arc::clone(&away), Arc::clone(&attempts), Arc::clone(&applied));
        mailbox("audit", &database, &broker)
            .with_limits(limits)
            .consume(AUDIT_LOG, stopping.clone(), move |envelope| {
                attempts.fetch_add(1, Ordering::SeqCst);
                let mut applied = applied.lock().unwrap();
                let verdict = if away.load(Ordering::SeqCst) {
                    Verdict::Retry("the database is away")
                } else {
                    // As the inbox does.
                    if !applied.contains(&envelope.id) {
                        applied.push(envelope.id);
                    }
                    Verdict::Done
                };
                std::future::ready(verdict)
            })
    };
    let consumer = tokio::spawn(consumer);
    eventually("deliveries given back while the consumer waits", || async {
        (attempts.load(Ordering::SeqCst) > 2 && broker.ready(AUDIT_LOG.name).await == Some(10)).then_some(())
    })
    .await;
    away.store(false, Ordering::SeqCst);
    eventually("every event applied", || async {
        (applied.lock().unwrap().len() == 10).then_some(())
    })
    .await;
    stopping.cancel();
    consumer.await.unwrap();
    assert_eq!(broker.ready(&AUDIT_LOG.dead_letters()).await, Some(0));
}

/// Queue `audit.log` whose deliveries may be given back once; then they are dead letters.
async fn declare_impatient(broker: &Broker) {
    broker.declare_queues(&[]).await;
    let connection = Connection::connect(&broker.operator_url, ConnectionProperties::default())
        .await
        .unwrap();
    let channel = connection.create_channel().await.unwrap();
    let durable = QueueDeclareOptions {
        durable: true,
        ..Default::default()
    };
    let (name, dead) = (
        format!("{}{}", broker.prefix, AUDIT_LOG.name),
        format!("{}{}", broker.prefix, AUDIT_LOG.dead_letters()),
    );
    let mut table = FieldTable::default();
    table.insert("x-expires".into(), AMQPValue::LongInt(120_000));
    channel
        .queue_declare(dead.as_str().into(), durable, table.clone())
        .await
        .unwrap();
    for (argument, value) in [
        ("x-queue-type", "quorum"),
        ("x-dead-letter-exchange", ""),
        ("x-dead-letter-routing-key", dead.as_str()),
    ] {
        table.insert(argument.into(), AMQPValue::LongString(LongString::from(value)));
    }
    table.insert("x-delivery-limit".into(), AMQPValue::LongInt(1));
    channel
        .queue_declare(name.as_str().into(), durable, table)
        .await
        .unwrap();
    channel
        .queue_bind(
            name.into(),
            format!("{}{EVENTS}", broker.prefix).into(),
            AUDIT_LOG.bindings[0].into(),
            QueueBindOptions::default(),
            FieldTable::default(),
        )
        .await
        .unwrap();
    let _ = connection.close(200, "done".into()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outage_costs_an_event_one_delivery_however_often_it_is_tried() {
    mc_chassis::install_crypto();
    let database = Database::fresh("auth", &MIGRATOR).await;
    let broker = broker();
    declare_impatient(&broker).await;
    broker.publish_as("auth", None, &[record("one")]).await;
    let (attempts, stopping) = (Arc::new(AtomicI32::new(0)), CancellationToken::new());
    let limits = Limits {
        patience: Duration::ZERO,
        ..Limits::default()
    };
    let counted = Arc::clone(&attempts);
    let consumer = mailbox("audit", &database, &broker)
        .with_limits(limits)
        .consume_in_batches(AUDIT_LOG, 100, stopping.clone(), move |_| {
            let attempt = counted.fetch_add(1, Ordering::SeqCst);
            std::future::ready(if attempt < 5 {
                BatchVerdict::Retry("the database is away")
            } else {
                BatchVerdict::Done(Vec::new())
            })
        });
    let consumer = tokio::spawn(consumer);
    // Five failures, the success, and the delivery that is recognized and acknowledged.
    eventually("the event applied and acknowledged", || async {
        (attempts.load(Ordering::SeqCst) == 7 && broker.ready(AUDIT_LOG.name).await == Some(0)).then_some(())
    })
    .await;
    stopping.cancel();
    consumer.await.unwrap();
    assert_eq!(broker.ready(&AUDIT_LOG.dead_letters()).await, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_event_that_can_never_be_applied_does_not_take_its_batch_along() {
    mc_chassis::install_crypto();
    let database = Database::fresh("auth", &MIGRATOR).await;
    let broker = broker();
    broker.declare_queues(&[AUDIT_LOG]).await;
    let records: Vec<_> = (0..20).map(|n| record(&n.to_string())).collect();
    broker.publish_as("auth", None, &records).await;
    let (applied, stopping) = (Arc::new(AtomicI32::new(0)), CancellationToken::new());
    let counted = Arc::clone(&applied);
    let consumer =
        mailbox("audit", &database, &broker).consume_in_batches(AUDIT_LOG, 100, stopping.clone(), move |envelopes| {
            let is_bad = |envelope: &mc_contracts::Envelope| envelope.data["action"] == "7";
            let count = i32::try_from(envelopes.len()).unwrap();
            std::future::ready(if envelopes.iter().any(is_bad) {
                BatchVerdict::Reject("a value that no column takes")
            } else {
                counted.fetch_add(count, Ordering::SeqCst);
                BatchVerdict::Done(Vec::new())
            })
        });
    let consumer = tokio::spawn(consumer);
    eventually("one dead letter", || async {
        (broker.ready(&AUDIT_LOG.dead_letters()).await == Some(1)).then_some(())
    })
    .await;
    eventually("all others applied", || async {
        (applied.load(Ordering::SeqCst) == 19).then_some(())
    })
    .await;
    stopping.cancel();
    consumer.await.unwrap();
}
