//! A poll of a relay whose outbox is full of what it need not or cannot publish.

use crate::{
    percentiles, row,
    world::{World, record},
};
use mc_contracts::topology;
use sqlx::AssertSqlSafe;
use std::{
    fmt::Debug,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio_util::sync::CancellationToken;
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::layer::{Context, Layer};

/// Events that are published while polls are timed.
const PUBLISHED: u64 = 300;

/// How long the relay's own statement took, as the database driver reports it, in milliseconds.
#[derive(Clone, Default)]
pub struct Polls(Arc<Mutex<Vec<f64>>>);

impl<S: Subscriber> Layer<S> for Polls {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() != "sqlx::query" {
            return;
        }
        let mut statement = Statement::default();
        event.record(&mut statement);
        if statement.text.contains("WITH relaying") && statement.text.contains("published_at IS NULL") {
            self.0.lock().unwrap().push(statement.seconds * 1e3);
        }
    }
}

#[derive(Default)]
struct Statement {
    text: String,
    seconds: f64,
}

impl Visit for Statement {
    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "db.statement" {
            value.clone_into(&mut self.text);
        }
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        if field.name() == "elapsed_secs" {
            self.seconds = value;
        }
    }
}

pub async fn run(world: &World, polls: &Polls, published: u64) {
    seed(world, published).await;
    let stopping = CancellationToken::new();
    let relay = tokio::spawn(world.mailbox("auth").relay(stopping.clone()));
    // Meanwhile the relay finds out which types no queue takes.
    tokio::time::sleep(Duration::from_secs(3)).await;
    polls.0.lock().unwrap().clear();
    let mailbox = world.mailbox("auth");
    for n in 0..PUBLISHED {
        mailbox
            .enqueue_now(Some(world.organization_id), &record(n))
            .await
            .unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let took = std::mem::take(&mut *polls.0.lock().unwrap());
    stopping.cancel();
    relay.await.unwrap();
    let (count, [p50, p99]) = (took.len(), percentiles(took, [0.5, 0.99]));
    row(
        &format!(
            "a poll with {published} published rows and {} that no queue takes",
            published / 10
        ),
        &format!("p50 {p50:.2} ms, p99 {p99:.2} ms ({count} polls)"),
        "2 ms",
    );
}

/// Published events, and events of types that auth may publish and that no queue takes.
async fn seed(world: &World, published: u64) {
    let untaken: Vec<String> = topology::published_by("auth")
        .into_iter()
        .filter(|event_type| !event_type.contains(".audit.recorded."))
        .collect();
    let columns: Vec<String> = sqlx::query_scalar(
        "SELECT column_name::text FROM information_schema.columns \
         WHERE table_schema = 'auth' AND table_name = 'outbox' AND is_generated = 'NEVER'",
    )
    .fetch_all(&world.database.owner)
    .await
    .unwrap();
    let organization_id = world.organization_id;
    // Of all columns that a release may have, those that this one has.
    let known = [
        ("id", "overlay(overlay(gen_random_uuid()::text placing lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint >> 16), 8, '0') from 1 for 8) placing '7' from 15 for 1)::uuid".to_owned()),
        ("envelope", format!("jsonb_build_object('id', gen_random_uuid(), 'type', kind, 'source', 'auth', 'time', now(), 'subject', NULL, \
            'organization_id', '{organization_id}'::uuid, 'trace', '{{}}'::jsonb, 'data', '{}'::jsonb)", serde_json::to_string(&record(0)).unwrap())),
        ("event_type", "kind".to_owned()),
        ("organization_id", format!("'{organization_id}'::uuid")),
        ("created_at", "now()".to_owned()),
        ("published_at", "CASE WHEN is_published THEN now() END".to_owned()),
    ];
    let (names, values): (Vec<_>, Vec<_>) = known
        .into_iter()
        .filter(|(name, _)| columns.iter().any(|column| column == name))
        .unzip();
    let insert = format!(
        "INSERT INTO auth.outbox ({}) SELECT {} FROM (SELECT n <= $1 AS is_published, \
           CASE WHEN n <= $1 THEN 'auth.audit.recorded.v1' ELSE $2[1 + n % cardinality($2)] END AS kind \
           FROM generate_series(1, $1 + $1 / 10) n) rows",
        names.join(", "),
        values.join(", ")
    );
    sqlx::query(AssertSqlSafe(insert))
        .bind(i64::try_from(published).unwrap())
        .bind(untaken)
        .execute(&world.database.owner)
        .await
        .unwrap();
    sqlx::query("VACUUM ANALYZE auth.outbox")
        .execute(&world.database.owner)
        .await
        .unwrap();
}
