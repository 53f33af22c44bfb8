//! From a replay file, against a plain COPY of the same rows.

use crate::{
    Line, line,
    world::{Events, World},
};
use mc_audit::actions::log::{sign_checkpoints, transfer::replay_events};
use std::{io::Write, time::Instant};

pub async fn run(world: &World, count: u64) -> Vec<Line> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let mut events = Events::new(3, world.organization_id);
    for _ in 0..count {
        writeln!(file, "{}", serde_json::to_string(&events.next()).unwrap()).unwrap();
    }
    file.flush().unwrap();
    let start = Instant::now();
    let read = std::io::BufReader::new(std::fs::File::open(file.path()).unwrap());
    let replayed = replay_events::execute(&world.state, read).await.unwrap();
    sign_checkpoints::execute(&world.state).await.unwrap();
    let log = count as f64 / start.elapsed().as_secs_f64();
    assert_eq!(replayed.read, count);
    let plain = copy(world, "CREATE TABLE public.plain (LIKE audit.events)").await;
    let indexed = copy(world, "CREATE TABLE public.plain (LIKE audit.events INCLUDING INDEXES)").await;
    vec![
        line(
            "replay from a file, logged and signed",
            format!("{log:.0} events/s"),
            "",
        ),
        line("COPY of the same rows, no index", format!("{plain:.0} rows/s"), ""),
        line("… replay of it", format!("{:.2}", log / plain), "0.33"),
        line(
            "COPY of the same rows, the same indexes",
            format!("{indexed:.0} rows/s"),
            "",
        ),
        line("… replay of it", format!("{:.2}", log / indexed), ""),
    ]
}

async fn copy(world: &World, table: &'static str) -> f64 {
    let mut connection = world.database.owner.acquire().await.unwrap();
    for sql in ["DROP TABLE IF EXISTS public.plain", table] {
        sqlx::query(sql).execute(&mut *connection).await.unwrap();
    }
    let mut rows = Vec::new();
    // COPY of a partitioned table needs a query.
    let mut out = connection
        .copy_out_raw("COPY (SELECT * FROM audit.events) TO STDOUT")
        .await
        .unwrap();
    while let Some(chunk) = futures_util::StreamExt::next(&mut out).await {
        rows.extend_from_slice(&chunk.unwrap());
    }
    drop(out);
    let start = Instant::now();
    let mut into = connection.copy_in_raw("COPY public.plain FROM STDIN").await.unwrap();
    for chunk in rows.chunks(1 << 20) {
        into.send(chunk).await.unwrap();
    }
    let copied = into.finish().await.unwrap();
    copied as f64 / start.elapsed().as_secs_f64()
}
