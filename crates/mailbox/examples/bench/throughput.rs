//! From rows that wait in an outbox to rows in an inbox, against a publisher and a consumer without
//! a database on a queue of the same kind.

use crate::{
    row,
    world::{World, record},
};
use futures_util::{StreamExt, future::join_all};
use lapin::{
    BasicProperties, Channel, Connection, ConnectionProperties,
    options::{BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions, ConfirmSelectOptions},
    types::FieldTable,
};
use mc_access::tenancy;
use mc_contracts::{
    Envelope,
    topology::{AUDIT_LOG, EVENTS},
};
use mc_mailbox::{BatchVerdict, Mailbox};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

const ROUNDS: u32 = 3;
/// Events that are published before their confirms are awaited, as the relay does.
const PUBLISHED: u64 = 200;
/// Events that are applied and acknowledged together.
const APPLIED: u16 = 500;
const TYPE: &str = "auth.audit.recorded.v1";

pub async fn run(world: &World, count: u64) {
    let (mut bare, mut whole) = (0.0, 0.0);
    // In turn, so that both meet the same machine.
    for _ in 0..ROUNDS {
        bare += bare_events(world, count / u64::from(ROUNDS)).await / f64::from(ROUNDS);
        whole += outbox_to_inbox(world, count / u64::from(ROUNDS)).await / f64::from(ROUNDS);
    }
    row(
        "bare publisher and consumer, quorum queue",
        &format!("{bare:.0} events/s"),
        "",
    );
    row("outbox to inbox, the same queue", &format!("{whole:.0} events/s"), "");
    row("… as a share of bare", &format!("{:.2}", whole / bare), "0.6");
}

/// Events a second without a database: published with confirms, acknowledged in batches.
async fn bare_events(world: &World, count: u64) -> f64 {
    let (to, publisher) = open(world).await;
    let (from, consumer) = open(world).await;
    consumer
        .basic_qos(APPLIED * 2, BasicQosOptions::default())
        .await
        .unwrap();
    let queue = format!("{}{}", world.broker.prefix, AUDIT_LOG.name);
    let deliveries = consumer
        .basic_consume(
            queue.into(),
            "bench".into(),
            BasicConsumeOptions::default(),
            FieldTable::default(),
        )
        .await
        .unwrap();
    let body = serde_json::to_string(&record(1)).unwrap();
    let exchange = format!("{}{EVENTS}", world.broker.prefix);
    let start = Instant::now();
    let publishing = tokio::spawn(async move {
        for _ in 0..count / PUBLISHED {
            let mut confirms = Vec::new();
            for _ in 0..PUBLISHED {
                let confirm = publish(&publisher, &exchange, &body).await;
                confirms.push(confirm);
            }
            for confirm in join_all(confirms).await {
                assert!(confirm.unwrap().is_ack());
            }
        }
    });
    let (mut batches, mut consumed) = (deliveries.ready_chunks(usize::from(APPLIED)), 0);
    while consumed < count / PUBLISHED * PUBLISHED {
        let batch = batches.next().await.unwrap();
        consumed += batch.len() as u64;
        let last = batch.into_iter().next_back().unwrap().unwrap();
        last.ack(BasicAckOptions { multiple: true }).await.unwrap();
    }
    let seconds = start.elapsed().as_secs_f64();
    publishing.await.unwrap();
    for connection in [to, from] {
        // Its channels may be closing already.
        let _ = connection.close(200, "done".into()).await;
    }
    consumed as f64 / seconds
}

async fn open(world: &World) -> (Connection, Channel) {
    let connection = Connection::connect(&world.broker.operator_url, ConnectionProperties::default())
        .await
        .unwrap();
    let channel = connection.create_channel().await.unwrap();
    channel.confirm_select(ConfirmSelectOptions::default()).await.unwrap();
    (connection, channel)
}

async fn publish(channel: &Channel, exchange: &str, body: &str) -> lapin::PublisherConfirm {
    let properties = BasicProperties::default().with_delivery_mode(2);
    let mandatory = BasicPublishOptions {
        mandatory: true,
        ..Default::default()
    };
    channel
        .basic_publish(exchange.into(), TYPE.into(), mandatory, body.as_bytes(), properties)
        .await
        .unwrap()
}

/// Events a second from the start of the relay until the last one's row is committed in the inbox.
async fn outbox_to_inbox(world: &World, count: u64) -> f64 {
    fill_outbox(world, count).await;
    let stopping = CancellationToken::new();
    let applied = Arc::new(AtomicU64::new(0));
    let consumer = {
        let (mailbox, applied) = (world.mailbox("audit"), Arc::clone(&applied));
        let worker = world.database.worker.clone();
        mailbox
            .clone()
            .consume_in_batches(AUDIT_LOG, APPLIED, stopping.clone(), move |envelopes| {
                let (mailbox, worker, applied) = (mailbox.clone(), worker.clone(), Arc::clone(&applied));
                async move {
                    let first = apply(&mailbox, &worker, &envelopes).await.unwrap();
                    applied.fetch_add(first, Ordering::Relaxed);
                    BatchVerdict::Done(Vec::new())
                }
            })
    };
    let consumer = tokio::spawn(consumer);
    // It has subscribed before the first event is published.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let start = Instant::now();
    let relay = tokio::spawn(world.mailbox("auth").relay(stopping.clone()));
    while applied.load(Ordering::Relaxed) < count {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let seconds = start.elapsed().as_secs_f64();
    stopping.cancel();
    relay.await.unwrap();
    consumer.await.unwrap();
    count as f64 / seconds
}

async fn fill_outbox(world: &World, count: u64) {
    let mailbox = world.mailbox("auth");
    let mut transaction = tenancy::begin(&world.database.serving, world.organization_id)
        .await
        .unwrap();
    for n in 0..count {
        mailbox
            .enqueue(&mut transaction, Some(world.organization_id), &record(n))
            .await
            .unwrap();
    }
    transaction.commit().await.unwrap();
    sqlx::query("ANALYZE auth.outbox")
        .execute(&world.database.owner)
        .await
        .unwrap();
}

/// Commits the events of a batch to the inbox; returns how many were delivered for the first time.
async fn apply(mailbox: &Mailbox, worker: &tenancy::WorkerPool, envelopes: &[Envelope]) -> Result<u64, sqlx::Error> {
    let mut transaction = tenancy::begin_as_platform(worker).await?;
    let ids: Vec<_> = envelopes.iter().map(|envelope| envelope.id).collect();
    let first = mailbox.are_first_deliveries(&mut transaction, "bench", &ids).await?;
    transaction.commit().await?;
    Ok(first.into_iter().filter(|first| *first).count() as u64)
}
