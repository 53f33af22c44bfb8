//! What the broker does not take waits alone: a full queue, a connection on which nothing arrives.

use crate::{MIGRATOR, mailbox, record};
use lapin::{
    Connection, ConnectionProperties,
    options::{QueueBindOptions, QueueDeclareOptions},
    types::{AMQPValue, FieldTable, LongString},
};
use mc_contracts::{
    BreakerChanged,
    topology::{AUDIT_LOG, EVENTS},
};
use mc_mailbox::{Limits, Mailbox, Publication};
use mc_testkit::{Broker, ChaosProxy, Database, broker, envelope, eventually};
use mc_vocabulary::Clock;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// A queue for breaker events that holds one message and refuses more.
async fn declare_full_queue(broker: &Broker) {
    let connection = Connection::connect(&broker.operator_url, ConnectionProperties::default())
        .await
        .unwrap();
    let channel = connection.create_channel().await.unwrap();
    let mut table = FieldTable::default();
    table.insert("x-max-length".into(), AMQPValue::LongInt(1));
    table.insert(
        "x-overflow".into(),
        AMQPValue::LongString(LongString::from("reject-publish")),
    );
    table.insert("x-expires".into(), AMQPValue::LongInt(120_000));
    let name = format!("{}test.full", broker.prefix);
    let durable = QueueDeclareOptions {
        durable: true,
        ..Default::default()
    };
    channel
        .queue_declare(name.as_str().into(), durable, table)
        .await
        .unwrap();
    channel
        .queue_bind(
            name.into(),
            format!("{}{EVENTS}", broker.prefix).into(),
            "auth.breaker.changed.v1".into(),
            QueueBindOptions::default(),
            FieldTable::default(),
        )
        .await
        .unwrap();
    let _ = connection.close(200, "done".into()).await;
}

fn breaker() -> BreakerChanged {
    BreakerChanged {
        upstream: "ehr".to_owned(),
        from: "CLOSED".to_owned(),
        to: "OPEN".to_owned(),
        at: chrono::Utc::now(),
        reason: "failure_threshold".to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_queue_that_takes_nothing_stops_its_own_events_only() {
    mc_chassis::install_crypto();
    let database = Database::fresh("auth", &MIGRATOR).await;
    let broker = broker();
    broker.declare_queues(&[AUDIT_LOG]).await;
    declare_full_queue(&broker).await;
    let writer = mailbox("auth", &database, &broker);
    let mut transaction = mc_access::tenancy::begin_as_platform(&database.worker).await.unwrap();
    for n in 0..20 {
        writer.enqueue(&mut transaction, None, &breaker()).await.unwrap();
        writer
            .enqueue(&mut transaction, None, &record(&n.to_string()))
            .await
            .unwrap();
    }
    transaction.commit().await.unwrap();
    let stopping = CancellationToken::new();
    let relay = tokio::spawn(writer.relay(stopping.clone()));
    eventually("every record published", || async {
        (broker.ready(AUDIT_LOG.name).await == Some(20)).then_some(())
    })
    .await;
    let waiting = database
        .count("SELECT count(*) FROM auth.outbox WHERE published_at IS NULL")
        .await;
    assert!(waiting >= 18, "{waiting} breaker events wait");
    relay.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_confirm_in_time_an_event_is_not_taken_and_the_publisher_does_not_hang() {
    mc_chassis::install_crypto();
    let database = Database::fresh("auth", &MIGRATOR).await;
    let broker = broker();
    broker.declare_queues(&[AUDIT_LOG]).await;
    let proxy = ChaosProxy::before_url(&broker.operator_url).await;
    let url = broker.url_at("auth", Some(proxy.port)).into();
    let limits = Limits {
        confirm_timeout: Duration::from_millis(300),
        ..Limits::default()
    };
    let (pool, worker_pool) = (database.serving.clone(), database.worker.clone());
    let sender = Mailbox::new("auth", "auth", pool, worker_pool, url, &broker.prefix, Clock::System);
    let sender = sender.with_limits(limits);
    let publisher = sender.publisher().await.unwrap();
    let events: Vec<_> = (0..3)
        .map(|n| envelope("auth", None, &record(&n.to_string())))
        .collect();
    assert_eq!(publisher.publish(&events).await, [Publication::Taken; 3]);
    proxy.freeze();
    assert_eq!(publisher.publish(&events).await, [Publication::Unconfirmed; 3]);
    proxy.restore();
    eventually("confirms after the freeze", || async {
        (publisher.publish(&events).await == [Publication::Taken; 3]).then_some(())
    })
    .await;
}
