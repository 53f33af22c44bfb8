//! From a commit to the delivery, at a steady rate.

use crate::{
    percentiles, row,
    world::{World, number, record},
};
use mc_contracts::topology::AUDIT_LOG;
use mc_mailbox::Verdict;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tokio::{task::JoinSet, time::MissedTickBehavior};
use tokio_util::sync::CancellationToken;

/// Commits a second, and for how many seconds.
const STEADY: (u64, u64) = (500, 10);

pub async fn run(world: &World) {
    let (rate, seconds) = STEADY;
    let stopping = CancellationToken::new();
    let delivered = Arc::new(Mutex::new(HashMap::new()));
    let noting = Arc::clone(&delivered);
    let consumer = world
        .mailbox("audit")
        .consume(AUDIT_LOG, stopping.clone(), move |envelope| {
            noting.lock().unwrap().insert(number(&envelope), Instant::now());
            std::future::ready(Verdict::Done)
        });
    let consumer = tokio::spawn(consumer);
    let relay = tokio::spawn(world.mailbox("auth").relay(stopping.clone()));
    // Both are connected.
    tokio::time::sleep(Duration::from_secs(1)).await;

    let mailbox = world.mailbox("auth");
    let mut tick = tokio::time::interval(Duration::from_micros(1_000_000 / rate));
    tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let (start, mut commits) = (Instant::now(), JoinSet::new());
    for n in 0..rate * seconds {
        tick.tick().await;
        // As a request of its own: a slow commit does not hold up the next.
        let (mailbox, organization_id) = (mailbox.clone(), world.organization_id);
        commits.spawn(async move {
            mailbox.enqueue_now(Some(organization_id), &record(n)).await.unwrap();
            (n, Instant::now())
        });
    }
    let committed = commits.join_all().await;
    let reached = committed.len() as f64 / start.elapsed().as_secs_f64();
    while delivered.lock().unwrap().len() < committed.len() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    stopping.cancel();
    relay.await.unwrap();
    consumer.await.unwrap();
    let delivered = delivered.lock().unwrap();
    let delays = committed.iter().map(|(n, at)| {
        let delay = delivered[n].saturating_duration_since(*at);
        delay.as_secs_f64() * 1e3
    });
    let [p50, p99] = percentiles(delays.collect(), [0.5, 0.99]);
    row(
        &format!("commit to delivery, {reached:.0} commits/s"),
        &format!("p50 {p50:.1} ms, p99 {p99:.1} ms"),
        "p99 under 50 ms",
    );
}
