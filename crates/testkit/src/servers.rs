//! The servers that tests share.

use secrecy::SecretString;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use std::path::Path;

/// A setting of the test environment, from the environment or `.run/test.env`.
///
/// # Panics
/// If it is missing in both.
pub fn setting(name: &str) -> String {
    if let Ok(value) = std::env::var(name) {
        return value;
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.run/test.env");
    let text = std::fs::read_to_string(&file).unwrap_or_default();
    text.lines()
        .filter_map(|line| line.split_once('='))
        .find(|(key, _)| *key == name)
        .map_or_else(
            || panic!("{name} is not set: run `make test`, or `deploy/local/up.sh infra` once"),
            |(_, value)| value.to_owned(),
        )
}

/// Address of Redis.
pub fn redis_url() -> SecretString {
    setting("MC_TEST_REDIS_URL").into()
}

/// What a test left behind.
pub(crate) struct Leftovers;

impl Leftovers {
    /// Unpublished events in the outbox of `schema`, and transactions that `service` left open.
    pub(crate) async fn of_database(url: &SecretString, schema: &str, service: &str) -> Vec<String> {
        use secrecy::ExposeSecret;
        let mut owner = PgConnection::connect(url.expose_secret()).await.unwrap();
        let mut left = Vec::new();
        let outbox: bool = sqlx::query_scalar("SELECT to_regclass($1 || '.outbox') IS NOT NULL")
            .bind(schema)
            .fetch_one(&mut owner)
            .await
            .unwrap();
        if outbox {
            let sql = format!("SELECT count(*) FROM {schema}.outbox WHERE published_at IS NULL");
            let unpublished: i64 = sqlx::query_scalar(AssertSqlSafe(sql))
                .fetch_one(&mut owner)
                .await
                .unwrap();
            if unpublished > 0 {
                left.push(format!("{unpublished} unpublished events"));
            }
        }
        let open: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name IN ($1, $1 || ' worker', $1 || ' long reads') AND state LIKE 'idle in transaction%'",
        )
        .bind(service)
        .fetch_one(&mut owner)
        .await
        .unwrap();
        if open > 0 {
            left.push(format!("{open} open transactions"));
        }
        left
    }
}
