//! Through RabbitMQ: published with confirms, de-duplicated, durable, under a signed checkpoint;
//! against the same queue with a consumer that does nothing.

use crate::{
    Line, line,
    world::{Events, World},
};
use mc_audit::{actions::log::sign_checkpoints, consumers::audit_log};
use mc_contracts::Envelope;
use mc_mailbox::{BatchVerdict, Publication};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

/// Events a second while the latency is measured, and for how long.
const STEADY: (u64, u64) = (1_000, 15);

pub async fn run(world: &World, count: u64) -> Vec<Line> {
    let empty = passes(world, count, false).await;
    let full = passes(world, count, true).await;
    let (p50, p99) = latency(world).await;
    vec![
        line("through RabbitMQ, empty consumer", format!("{empty:.0} events/s"), ""),
        line(
            "through RabbitMQ, logged and signed",
            format!("{full:.0} events/s"),
            "8,000 events/s",
        ),
        line(
            "… of what the empty consumer passes",
            format!("{:.2}", full / empty),
            "0.7",
        ),
        line(
            format!("from publishing to the signed checkpoint, at {} events/s", STEADY.0),
            format!("p50 {p50:.2} s, p99 {p99:.2} s"),
            "p99 under 2 s",
        ),
    ]
}

/// Events a second, from the first publish until the last event is consumed or, for the log, until
/// a checkpoint covers it.
async fn passes(world: &World, count: u64, log: bool) -> f64 {
    let events = Events::new(1, world.organization_id).take(usize::try_from(count).unwrap());
    let stopping = CancellationToken::new();
    let done = Arc::new(AtomicU64::new(0));
    let consumer = tokio::spawn(consume(world, log, stopping.clone(), Arc::clone(&done)));
    // The queue is bound before the first event is published.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let to = world.publisher().await;
    let start = Instant::now();
    let publisher = tokio::spawn(async move {
        for batch in events.chunks(1_000) {
            let published = to.publish(batch).await;
            assert!(published.into_iter().all(|event| event == Publication::Taken));
        }
    });
    let mut signed = Instant::now();
    while done.load(Ordering::Relaxed) < count {
        tokio::time::sleep(Duration::from_millis(5)).await;
        // As often as the service does.
        if log && signed.elapsed() > Duration::from_millis(500) {
            sign_checkpoints::execute(&world.state).await.unwrap();
            signed = Instant::now();
        }
    }
    if log {
        sign_checkpoints::execute(&world.state).await.unwrap();
    }
    let seconds = start.elapsed().as_secs_f64();
    publisher.await.unwrap();
    stopping.cancel();
    consumer.await.unwrap();
    count as f64 / seconds
}

fn consume(
    world: &World,
    log: bool,
    stopping: CancellationToken,
    done: Arc<AtomicU64>,
) -> impl Future<Output = ()> + use<> {
    let state = Arc::clone(&world.state);
    world.state.mailbox.clone().consume_in_batches(
        audit_log::QUEUE,
        audit_log::BATCH,
        stopping,
        move |envelopes: Arc<Vec<Envelope>>| {
            let (state, done) = (Arc::clone(&state), Arc::clone(&done));
            async move {
                let verdict = if log {
                    audit_log::handle(&state, &envelopes).await
                } else {
                    BatchVerdict::Done(Vec::new())
                };
                done.fetch_add(envelopes.len() as u64, Ordering::Relaxed);
                verdict
            }
        },
    )
}

/// Seconds from the publishing of an event to the first signed checkpoint that covers it, by the
/// times in the database.
async fn latency(world: &World) -> (f64, f64) {
    let (rate, seconds) = STEADY;
    let stopping = CancellationToken::new();
    let done = Arc::new(AtomicU64::new(0));
    let consumer = tokio::spawn(consume(world, true, stopping.clone(), Arc::clone(&done)));
    let state = Arc::clone(&world.state);
    let signing = stopping.clone();
    let signer = tokio::spawn(async move {
        while !signing.is_cancelled() {
            sign_checkpoints::execute(&state).await.unwrap();
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    });
    let since = chrono::Utc::now();
    let mut events = Events::new(2, world.organization_id);
    let to = world.publisher().await;
    let mut tick = tokio::time::interval(Duration::from_millis(50));
    for _ in 0..seconds * 20 {
        tick.tick().await;
        let batch = events.take(usize::try_from(rate / 20).unwrap());
        to.publish(&batch).await;
    }
    while done.load(Ordering::Relaxed) < rate * seconds {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    stopping.cancel();
    consumer.await.unwrap();
    signer.await.unwrap();
    let found: Vec<f64> = sqlx::query_scalar(
        "SELECT percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY extract(epoch FROM c.signed_at - e.occurred_at)::float8) \
         FROM audit.events e CROSS JOIN LATERAL (SELECT min(signed_at) AS signed_at FROM audit.checkpoints c \
         WHERE c.organization_id = e.organization_id AND c.size > e.log_index AND c.signed_at >= $1) c WHERE e.occurred_at >= $1",
    )
    .bind(since)
    .fetch_one(&world.database.owner)
    .await
    .unwrap();
    (found[0], found[1])
}
