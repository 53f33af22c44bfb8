//! Every schema after all its migrations, and after an upgrade from the last release.
#![expect(clippy::unwrap_used, reason = "a panic here is a failed test")]

use mc_testkit::Database;
use sqlx::{AssertSqlSafe, migrate::Migrator};
use std::{borrow::Cow, path::PathBuf};

/// The newest migration of the last release (tag `issue-4`).
const LAST_RELEASE: i64 = 20_261_122_999_999;

/// Scope, hash of the key, digest, state, status and response.
type KeyRow = (String, String, Vec<u8>, String, Option<i32>, Option<Vec<u8>>);

/// Every folder of `migrations`, with its migrations.
async fn schemas() -> Vec<(String, Migrator)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
    let mut schemas = Vec::new();
    for entry in std::fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            schemas.push((name, Migrator::new(path).await.unwrap()));
        }
    }
    assert!(schemas.len() >= 7, "the migrations were not found");
    schemas
}

/// The migrations of the last release alone.
fn last_release(all: &Migrator) -> Migrator {
    let migrations: Vec<_> = all
        .iter()
        .filter(|migration| migration.version <= LAST_RELEASE)
        .cloned()
        .collect();
    Migrator {
        migrations: Cow::Owned(migrations),
        ..Migrator::DEFAULT
    }
}

#[tokio::test]
async fn tenant_isolation_is_the_only_policy_of_every_table_with_row_level_security() {
    for (schema, migrator) in schemas().await {
        let database = Database::fresh(&schema, &migrator).await;
        let policies: Vec<(String, String)> =
            sqlx::query_as("SELECT tablename::text, policyname::text FROM pg_policies WHERE schemaname = $1")
                .bind(&schema)
                .fetch_all(&database.owner)
                .await
                .unwrap();
        for (table, policy) in &policies {
            assert_eq!(policy, "tenant_isolation", "{schema}.{table}");
        }
        let secured: Vec<String> = sqlx::query_scalar(
            "SELECT relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE nspname = $1 AND relrowsecurity",
        )
        .bind(&schema)
        .fetch_all(&database.owner)
        .await
        .unwrap();
        for table in secured {
            assert!(
                policies.iter().any(|(secured, _)| *secured == table),
                "{schema}.{table} has row-level security without a policy"
            );
        }
    }
}

#[tokio::test]
async fn an_upgrade_carries_the_rows_of_the_last_release_over() {
    let mut with_keys = 0;
    for (schema, migrator) in schemas().await {
        let database = Database::fresh(&schema, &last_release(&migrator)).await;
        let has_inbox: bool = sqlx::query_scalar("SELECT to_regclass($1 || '.inbox') IS NOT NULL")
            .bind(&schema)
            .fetch_one(&database.owner)
            .await
            .unwrap();
        if has_inbox {
            insert_inbox_rows(&database, &schema).await;
        }
        migrator.run(&database.owner).await.unwrap();
        let has_keys: bool = sqlx::query_scalar("SELECT to_regclass($1 || '.idempotency_keys') IS NOT NULL")
            .bind(&schema)
            .fetch_one(&database.owner)
            .await
            .unwrap();
        if has_keys {
            with_keys += 1;
            let sql = format!(
                "SELECT scope, key_hash, digest, state, status, response FROM {schema}.idempotency_keys ORDER BY key_hash"
            );
            let rows: Vec<KeyRow> = sqlx::query_as(AssertSqlSafe(sql))
                .fetch_all(&database.owner)
                .await
                .unwrap();
            let done = (
                "org/user POST x".to_owned(),
                "key-1".to_owned(),
                vec![1],
                "done".to_owned(),
                Some(201),
                Some(vec![2]),
            );
            let running = (
                "org/user POST x".to_owned(),
                "key-2".to_owned(),
                vec![3],
                "running".to_owned(),
                None,
                None,
            );
            assert_eq!(
                rows,
                [done, running],
                "{schema}: requests are carried over, events and expired keys are not"
            );
            let sql = format!("SELECT count(*) FROM {schema}.inbox WHERE digest IS NULL");
            let events: i64 = sqlx::query_scalar(AssertSqlSafe(sql))
                .fetch_one(&database.owner)
                .await
                .unwrap();
            assert_eq!(events, 1, "{schema}: the event is still known as applied");
        }
    }
    assert_eq!(with_keys, 5, "the schemas with idempotency keys");
}

/// A finished and a running request, an expired one, and an applied event, as the last release
/// stored them.
async fn insert_inbox_rows(database: &Database, schema: &str) {
    let sql = format!(
        "INSERT INTO {schema}.inbox (scope, key, digest, state, status, answer, locked_until, expires_at) VALUES \
         ('org/user POST x', 'key-1', '\\x01', 'done', 201, '\\x02', NULL, now() + interval '1 hour'), \
         ('org/user POST x', 'key-2', '\\x03', 'running', NULL, NULL, now() + interval '1 minute', now() + interval '1 hour'), \
         ('org/user POST x', 'key-3', '\\x04', 'done', 201, '\\x05', NULL, now() - interval '1 hour'), \
         ('a.consumer', 'event-1', NULL, 'done', NULL, NULL, NULL, now() + interval '30 days')"
    );
    sqlx::query(AssertSqlSafe(sql)).execute(&database.owner).await.unwrap();
}

/// Status, generation, whether its key counts as used, digest, patient, whether it is looked at.
type PaymentRow = (String, i32, bool, Option<Vec<u8>>, Option<String>, bool);

#[tokio::test]
async fn an_upgrade_looks_at_every_payment_that_is_not_final_and_counts_it_as_sent() {
    let all = schemas().await;
    let (schema, migrator) = all.into_iter().find(|(schema, _)| schema == "billing").unwrap();
    let database = Database::fresh(&schema, &last_release(&migrator)).await;
    let insert = |status: &'static str, next_attempt_at: &'static str| {
        let sql = format!(
            "INSERT INTO billing.payments (id, organization_id, request_reference, encounter_id, amount_minor, currency, status, \
               created_by, trace, next_attempt_at, created_at, updated_at) \
             VALUES (gen_random_uuid(), gen_random_uuid(), '{status}', 'enc-1', 2500, 'usd', '{status}', 'u', '{{}}', {next_attempt_at}, \
               now() - interval '2 days', now())"
        );
        sqlx::query(AssertSqlSafe(sql)).execute(&database.owner)
    };
    let waiting = ["pending", "processing"];
    let left = [
        "canceled",
        "failed",
        "requires_action",
        "requires_payment_method",
        "succeeded",
    ];
    for status in waiting {
        insert(status, "now()").await.unwrap();
    }
    for status in left {
        insert(status, "NULL").await.unwrap();
    }
    migrator.run(&database.owner).await.unwrap();
    let sql = "SELECT status, key_generation, key_first_used_at = created_at AND key_last_used_at IS NOT NULL, request_digest, patient_id, \
                 next_attempt_at IS NOT NULL FROM billing.payments ORDER BY status";
    let rows: Vec<PaymentRow> = sqlx::query_as(sql).fetch_all(&database.owner).await.unwrap();
    let row = |status: &str, is_looked_at: bool| (status.to_owned(), 0, true, None, None, is_looked_at);
    assert_eq!(
        rows,
        [
            row("canceled", false),
            row("failed", false),
            row("pending", true),
            row("processing", true),
            row("requires_action", true),
            row("requires_payment_method", true),
            row("succeeded", false),
        ]
    );
    // A process of the last release, while the new one is rolled out.
    sqlx::query("DELETE FROM billing.payments")
        .execute(&database.owner)
        .await
        .unwrap();
    insert("pending", "now()").await.unwrap();
    let counts_as_sent: bool = sqlx::query_scalar("SELECT key_first_used_at IS NOT NULL FROM billing.payments")
        .fetch_one(&database.owner)
        .await
        .unwrap();
    assert!(counts_as_sent);
}
