//! Commits of an audit record each, from many requests at once, against pgbench with one client.

use crate::{
    row, size,
    world::{World, record},
};
use secrecy::ExposeSecret;
use std::{
    io::Write,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

const TASKS: u64 = 64;
const ROUNDS: u32 = 3;

pub async fn run(world: &World) {
    let seconds = size("MC_BENCH_SECONDS", 3);
    let (mut plain, mut audited) = (0.0, 0.0);
    make_plain_table(world).await;
    // In turn, so that both meet the same machine.
    for _ in 0..ROUNDS {
        plain += plain_commits(world, seconds) / f64::from(ROUNDS);
        audited += audited_commits(world, seconds).await / f64::from(ROUNDS);
    }
    row(
        "single-row commits, pgbench with one client",
        &format!("{plain:.0} commits/s"),
        "",
    );
    row(
        &format!("audited commits, {TASKS} requests at once"),
        &format!("{audited:.0} commits/s"),
        "",
    );
    row("… as a multiple", &format!("{:.1}", audited / plain), "3");
}

async fn audited_commits(world: &World, seconds: u64) -> f64 {
    let (mailbox, done) = (world.mailbox("auth"), Arc::new(AtomicU64::new(0)));
    let (start, limit) = (Instant::now(), Duration::from_secs(seconds));
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let (mailbox, done, organization_id) = (mailbox.clone(), Arc::clone(&done), world.organization_id);
        tasks.spawn(async move {
            while start.elapsed() < limit {
                let record = record(task);
                mailbox.enqueue_now(Some(organization_id), &record).await.unwrap();
                done.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    while let Some(task) = tasks.join_next().await {
        task.unwrap();
    }
    done.load(Ordering::Relaxed) as f64 / start.elapsed().as_secs_f64()
}

/// A table with the columns of the outbox that hold something, and a primary key.
async fn make_plain_table(world: &World) {
    sqlx::query("CREATE TABLE public.plain (id uuid PRIMARY KEY, envelope jsonb NOT NULL, created_at timestamptz NOT NULL DEFAULT now())")
        .execute(&world.database.owner)
        .await
        .unwrap();
}

/// pgbench with one client.
fn plain_commits(world: &World, seconds: u64) -> f64 {
    let envelope = mc_testkit::envelope("auth", Some(world.organization_id), &record(0));
    let envelope = serde_json::to_string(&envelope).unwrap();
    let mut script = tempfile::NamedTempFile::new().unwrap();
    writeln!(
        script,
        "INSERT INTO public.plain (id, envelope) VALUES (gen_random_uuid(), '{envelope}');"
    )
    .unwrap();
    let url: url::Url = world.database.owner_url().expose_secret().parse().unwrap();
    let program = std::env::var("MC_PGBENCH").unwrap_or_else(|_| "pgbench".to_owned());
    let output = Command::new(program)
        .args(["-n", "-c", "1", "-T", &seconds.to_string(), "-f"])
        .arg(script.path())
        .env("PGHOST", url.host_str().unwrap())
        .env("PGPORT", url.port().unwrap_or(5432).to_string())
        .env("PGUSER", url.username())
        .env("PGPASSWORD", url.password().unwrap_or_default())
        .env("PGDATABASE", &world.database.name)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report = String::from_utf8(output.stdout).unwrap();
    let rate = report.lines().find_map(|line| line.strip_prefix("tps = ")).unwrap();
    rate.split_whitespace().next().unwrap().parse().unwrap()
}
