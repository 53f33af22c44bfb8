//! Part of `make bench-spine`: the ten statements that run most often, on 200,000 rows of 100
//! organizations, planned generically and timed as their role. Prints rows of a table.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a benchmark: what goes wrong ends it")]

mod hottest;
mod seed;
#[path = "../../tests/plans/statements.rs"]
mod statements;

use hottest::{HOTTEST, Hot};
use mc_testkit::{Database, setting};
use secrecy::ExposeSecret;
use seed::{ORGANIZATIONS, ROWS, organization};
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool, Row, migrate::Migrator};
use statements::{root, schemas, statements_in};
use std::time::Instant;

const TIMES: usize = 300;
const LIMIT_MS: f64 = 5.0;

#[tokio::main]
async fn main() {
    mc_chassis::install_crypto();
    let statements = statements_in(&root());
    for schema in schemas() {
        let hottest: Vec<&Hot> = HOTTEST.iter().filter(|hot| hot.schema == schema).collect();
        if hottest.is_empty() {
            continue;
        }
        let migrator = Migrator::new(root().join("migrations").join(&schema)).await.unwrap();
        let database = Database::fresh(&schema, &migrator).await;
        seed::run(&database, &schema).await;
        for hot in hottest {
            let mut found = statements
                .iter()
                .filter(|one| one.schema == schema && one.sql.contains(hot.part));
            let statement = found.next().unwrap_or_else(|| panic!("no statement with {}", hot.part));
            if let Some(other) = found.next() {
                panic!("{} and {} both have {}", statement.place, other.place, hot.part);
            }
            measure(&database, hot, &statement.sql).await;
        }
        drop_database(database).await;
    }
}

/// Prints what `hot` takes.
async fn measure(database: &Database, hot: &Hot, sql: &str) {
    let mut connection = PgConnection::connect(database.owner_url().expose_secret())
        .await
        .unwrap();
    let role = format!("mc_{}_{}", hot.schema, hot.purpose);
    let prepare = format!("SET plan_cache_mode = force_generic_plan; SET ROLE {role}; PREPARE hot AS {sql}");
    sqlx::raw_sql(AssertSqlSafe(prepare))
        .execute(&mut connection)
        .await
        .unwrap();
    let (mut took, mut plan) = (Vec::with_capacity(TIMES), String::new());
    for n in 0..TIMES {
        // Rows of different organizations, far apart.
        let row = 1 + n * 7_919 % ROWS;
        let begin = format!(
            "BEGIN; SET LOCAL medconnect.organization = '{}'",
            organization(row % ORGANIZATIONS)
        );
        // As a worker's transaction, which names no organization.
        let begin = if hot.purpose == "worker" {
            "BEGIN".to_owned()
        } else {
            begin
        };
        sqlx::raw_sql(AssertSqlSafe(begin))
            .execute(&mut connection)
            .await
            .unwrap();
        let execute = format!("EXECUTE hot({})", (hot.arguments)(row));
        let start = Instant::now();
        let found = sqlx::raw_sql(AssertSqlSafe(execute.clone()))
            .fetch_all(&mut connection)
            .await
            .unwrap();
        took.push(start.elapsed().as_secs_f64() * 1e3);
        assert!(!found.is_empty() || !sql.starts_with("SELECT"), "{}: no row", hot.what);
        if n == 0 {
            plan = explain(&mut connection, &execute).await;
        }
        sqlx::raw_sql("ROLLBACK").execute(&mut connection).await.unwrap();
    }
    took.sort_by(f64::total_cmp);
    let (p50, p99) = (took[TIMES / 2], took[TIMES * 99 / 100]);
    let flag = match () {
        () if p50 > LIMIT_MS => ": too slow",
        () if plan.contains("Seq Scan on") => ": reads a whole table",
        () => "",
    };
    println!(
        "| {role}: {} | p50 {p50:.2} ms, p99 {p99:.2} ms{flag} | p50 under {LIMIT_MS} ms |",
        hot.what
    );
}

async fn explain(connection: &mut PgConnection, execute: &str) -> String {
    let lines = sqlx::raw_sql(AssertSqlSafe(format!("EXPLAIN {execute}")))
        .fetch_all(connection)
        .await
        .unwrap();
    let lines: Vec<&str> = lines.iter().map(|line| line.try_get_unchecked(0).unwrap()).collect();
    lines.join("\n")
}

/// Gives the disk back.
async fn drop_database(database: Database) {
    database.owner.close().await;
    let server = PgPool::connect(&setting("MC_TEST_POSTGRES_URL")).await.unwrap();
    let drop = format!("DROP DATABASE {} WITH (FORCE)", database.name);
    sqlx::query(AssertSqlSafe(drop)).execute(&server).await.unwrap();
}
