//! `make bench-audit`: what the log carries, as ratios against the plain thing in the same run.
//! Prints a table.
//!
//! `MC_BENCH_EVENTS` (stored events at the end of the curve, 10,000,000), `MC_BENCH_LEAVES` (leaves
//! of the largest tree, 100,000,100: the last tile is not full), `MC_BENCH_BROKER` (events through
//! the broker, 200,000) make it smaller. Arguments name the parts to run; none: all.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a benchmark: what goes wrong ends it, and its figures are rounded"
)]

mod broker;
mod growth;
mod proofs;
mod replay;
mod world;

use world::World;

/// One line of the table.
pub struct Line {
    what: String,
    seen: String,
    wanted: &'static str,
}

pub fn line(what: impl Into<String>, seen: impl Into<String>, wanted: &'static str) -> Line {
    Line {
        what: what.into(),
        seen: seen.into(),
        wanted,
    }
}

fn size(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

#[tokio::main]
async fn main() {
    let chosen: Vec<String> = std::env::args().skip(1).collect();
    let wanted = |part: &str| chosen.is_empty() || chosen.iter().any(|name| name == part);
    mc_chassis::install_crypto();
    let mut lines = Vec::new();
    if wanted("broker") {
        let world = World::new().await;
        lines.extend(broker::run(&world, size("MC_BENCH_BROKER", 200_000)).await);
        world.drop().await;
    }
    if wanted("replay") {
        let world = World::new().await;
        lines.extend(replay::run(&world, size("MC_BENCH_BROKER", 200_000)).await);
        world.drop().await;
    }
    if wanted("growth") {
        let world = World::new().await;
        lines.extend(growth::run(&world, size("MC_BENCH_EVENTS", 10_000_000)).await);
        world.drop().await;
    }
    if wanted("proofs") {
        let world = World::new().await;
        lines.extend(proofs::run(&world, size("MC_BENCH_LEAVES", 100_000_100)).await);
        world.drop().await;
    }
    println!("| what | seen | wanted |\n|---|---|---|");
    for Line { what, seen, wanted } in lines {
        println!("| {what} | {seen} | {wanted} |");
    }
}

/// The values at these shares of a sorted list.
pub fn percentiles(mut values: Vec<f64>, shares: &[f64]) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    let at = |share: f64| values[((values.len() - 1) as f64 * share).round() as usize];
    shares.iter().map(|share| at(*share)).collect()
}
