//! Part of `make bench-spine`: events from one commit to the next, as ratios to the plain thing in
//! the same run. Prints rows of a table.
//!
//! `MC_BENCH_EVENTS` (events through the broker, 30,000) and `MC_BENCH_STORED` (published rows in
//! the outbox, 1,000,000; a tenth as many wait) make it smaller. Arguments name the parts to run;
//! none: all.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a benchmark: what goes wrong ends it, and its figures are rounded"
)]

mod commits;
mod delivery;
mod poll;
mod throughput;
mod world;

use tracing_subscriber::layer::SubscriberExt;
use world::World;

/// Prints a row: subject, measured, target.
fn row(subject: &str, measured: &str, target: &str) {
    println!("| {subject} | {measured} | {target} |");
}

fn size(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

#[tokio::main]
async fn main() {
    let chosen: Vec<String> = std::env::args().skip(1).collect();
    let wanted = |part: &str| chosen.is_empty() || chosen.iter().any(|name| name == part);
    mc_chassis::install_crypto();
    let polls = poll::Polls::default();
    let subscriber = tracing_subscriber::registry().with(polls.clone());
    tracing::subscriber::set_global_default(subscriber).unwrap();
    if wanted("throughput") {
        let world = World::new().await;
        throughput::run(&world, size("MC_BENCH_EVENTS", 30_000)).await;
        world.drop().await;
    }
    if wanted("delivery") {
        let world = World::new().await;
        delivery::run(&world).await;
        world.drop().await;
    }
    if wanted("poll") {
        let world = World::new().await;
        poll::run(&world, &polls, size("MC_BENCH_STORED", 1_000_000)).await;
        world.drop().await;
    }
    if wanted("commits") {
        let world = World::new().await;
        commits::run(&world).await;
        world.drop().await;
    }
}

/// The values at these shares of a list.
fn percentiles(mut values: Vec<f64>, shares: [f64; 2]) -> [f64; 2] {
    values.sort_by(f64::total_cmp);
    shares.map(|share| values[((values.len() - 1) as f64 * share).round() as usize])
}
