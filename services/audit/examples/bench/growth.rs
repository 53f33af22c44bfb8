//! The cost of an event as the log grows, and searching the grown log.

use crate::{
    Line, line, percentiles,
    world::{Events, World},
};
use mc_access::tenancy;
use mc_audit::{
    actions::log::append_events,
    domain::{Filters, Order, Search},
    store::log::search::search,
};
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::time::Instant;

const BATCH: usize = 2_000;
const SEARCHES: usize = 400;

pub async fn run(world: &World, events: u64) -> Vec<Line> {
    let mut lines = curve(world, events).await;
    sqlx::query("ANALYZE audit.events")
        .execute(&world.database.owner)
        .await
        .unwrap();
    lines.extend(searches(world, events).await);
    lines
}

/// Microseconds an event, over the last tenth before each size.
async fn curve(world: &World, events: u64) -> Vec<Line> {
    let mut source = Events::new(4, world.organization_id);
    let sizes: Vec<u64> = [10_000, 100_000, 1_000_000, 3_000_000, 10_000_000]
        .into_iter()
        .filter(|size| *size <= events)
        .collect();
    let (mut stored, mut lines) = (0, Vec::new());
    let mut window: Vec<(u64, f64)> = Vec::new();
    while stored < *sizes.last().unwrap() {
        let batch = source.take(BATCH);
        let start = Instant::now();
        append_events::execute(&world.state, &batch).await.unwrap();
        stored += BATCH as u64;
        window.push((stored, start.elapsed().as_secs_f64()));
        if sizes.contains(&stored) {
            let last: Vec<f64> = window
                .iter()
                .filter(|(at, _)| *at > stored - stored / 10)
                .map(|(_, seconds)| *seconds)
                .collect();
            let cost = last.iter().sum::<f64>() / (last.len() * BATCH) as f64 * 1e6;
            eprintln!("{stored} events: {cost:.1} µs an event");
            lines.push(line(
                format!("cost of an event at {stored} stored"),
                format!("{cost:.1} µs"),
                "flat",
            ));
        }
    }
    lines
}

async fn searches(world: &World, events: u64) -> Vec<Line> {
    let mut random = StdRng::seed_from_u64(5);
    let patient = |n: u32| world.state.pseudonym.mask("patient", &format!("pat-{n}"));
    let actor = |n: u128| uuid::Uuid::from_u128(n).to_string();
    let kinds: [(&str, &str); 9] = [
        ("newest first", ""),
        ("of a patient", "patient"),
        ("of a user", "user"),
        ("of an action since an hour", "action"),
        ("of a trace", "trace"),
        ("sorted by patient", "by patient"),
        ("sorted by user", "by user"),
        ("sorted by action", "by action"),
        ("of a patient by a user", "both"),
    ];
    let mut lines = Vec::new();
    for (name, kind) in kinds {
        let mut took = Vec::new();
        for _ in 0..SEARCHES {
            let mut ask = Search {
                descending: true,
                limit: 50,
                ..Search::default()
            };
            let (p, a) = (random.random_range(0..50_000), random.random_range(0..300));
            match kind {
                "patient" => ask.filters.patient.push(patient(p)),
                "user" => ask.filters.actor_id.push(actor(a)),
                "both" => {
                    ask.filters.patient.push(patient(p));
                    ask.filters.actor_id.push(actor(a));
                }
                "action" => {
                    ask.filters = Filters {
                        action: vec!["ehr.encounter.update".to_owned()],
                        since: Some(chrono::Utc::now() - chrono::TimeDelta::hours(1)),
                        ..Filters::default()
                    }
                }
                "trace" => ask.filters.trace_id.push(format!("{:032x}", random.random::<u128>())),
                "by patient" => ask.order = Order::Patient,
                "by user" => ask.order = Order::User,
                "by action" => ask.order = Order::Action,
                _ => {}
            }
            let start = Instant::now();
            let mut transaction = tenancy::begin(&world.state.pool, world.organization_id).await.unwrap();
            search(&mut transaction, world.organization_id.uuid(), &ask)
                .await
                .unwrap();
            took.push(start.elapsed().as_secs_f64() * 1e3);
        }
        let p = percentiles(took, &[0.5, 0.99]);
        lines.push(line(
            format!("search at {events} events, {name}"),
            format!("p50 {:.1} ms, p99 {:.1} ms", p[0], p[1]),
            "p99 under 50 ms",
        ));
    }
    lines
}
