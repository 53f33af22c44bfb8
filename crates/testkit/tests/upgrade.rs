//! Every schema after an upgrade from an earlier release.
#![expect(clippy::unwrap_used, reason = "a panic here is a failed test")]

#[path = "schemas/releases.rs"]
mod releases;

use mc_access::tenancy;
use mc_testkit::Database;
use mc_vocabulary::OrganizationId;
use releases::{RELEASES, has_table, release, schemas};
use sqlx::{AssertSqlSafe, PgConnection};
use std::path::PathBuf;
use uuid::Uuid;

/// The organization of the rows in `tests/upgrade`.
const NORTHSIDE: &str = "0e000000-0000-7000-8000-000000000001";

/// Scope, hash of the key, digest, state, status and response.
type KeyRow = (String, String, Vec<u8>, String, Option<i32>, Option<Vec<u8>>);

/// Both roles have what the role of the last release has, and no more, whatever was granted before
/// they existed.
#[tokio::test]
async fn an_upgraded_schema_grants_what_a_new_one_grants() {
    for (schema, migrator) in schemas().await {
        let new = Database::fresh(&schema, &migrator).await;
        let upgraded = Database::fresh(&schema, &release(&migrator, RELEASES[0])).await;
        migrator.run(&upgraded.owner).await.unwrap();
        assert_eq!(
            grants(&new, &schema).await,
            grants(&upgraded, &schema).await,
            "{schema}"
        );
    }
}

/// Rights of every role of `schema` on its tables, columns, sequences and functions.
async fn grants(database: &Database, schema: &str) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT format('%s %s %s', what, grantee::regrole, privilege_type) FROM ( \
           SELECT c.oid::regclass::text AS what, x.grantee, x.privilege_type FROM pg_class c, aclexplode(relacl) x \
             WHERE c.relnamespace = $1::regnamespace AND relkind IN ('r', 'p', 'S') \
           UNION ALL SELECT format('%s.%s', a.attrelid::regclass, attname), x.grantee, x.privilege_type \
             FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid, aclexplode(attacl) x WHERE c.relnamespace = $1::regnamespace \
           UNION ALL SELECT p.oid::regprocedure::text, x.grantee, x.privilege_type FROM pg_proc p, aclexplode(proacl) x \
             WHERE pronamespace = $1::regnamespace) granted \
         WHERE grantee IN (to_regrole('mc_' || $1), to_regrole('mc_' || $1 || '_serving'), to_regrole('mc_' || $1 || '_worker')) \
         ORDER BY 1",
    )
    .bind(schema)
    .fetch_all(&database.owner)
    .await
    .unwrap()
}

/// Number of rows of each table of `schema`, and whether it has a column `organization_id`.
async fn tables(database: &Database, schema: &str) -> Vec<(String, bool)> {
    sqlx::query_as(
        "SELECT relname::text, EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = 'organization_id' AND NOT attisdropped) \
         FROM pg_class c WHERE relnamespace = $1::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition \
           AND relname <> '_sqlx_migrations' ORDER BY 1",
    )
    .bind(schema)
    .fetch_all(&database.owner)
    .await
    .unwrap()
}

async fn count(connection: &mut PgConnection, schema: &str, table: &str) -> Result<i64, sqlx::Error> {
    let sql = format!("SELECT count(*) FROM {schema}.{table}");
    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(connection).await
}

#[tokio::test]
async fn an_upgrade_keeps_every_row_and_shows_it_to_its_organization_and_to_workers() {
    for (schema, migrator) in schemas().await {
        for newest in RELEASES {
            let database = Database::fresh(&schema, &release(&migrator, newest)).await;
            let seed = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/upgrade/{schema}.sql"));
            let seed = std::fs::read_to_string(&seed).unwrap();
            sqlx::raw_sql(AssertSqlSafe(seed))
                .execute(&database.owner)
                .await
                .unwrap();
            if has_table(&database, &schema, "inbox").await {
                insert_inbox_rows(&database, &schema).await;
            }
            let before = tables(&database, &schema).await;
            let mut owner = database.owner.acquire().await.unwrap();
            for (table, _) in &before {
                let empty = table == "idempotency_keys";
                assert!(
                    empty || count(&mut owner, &schema, table).await.unwrap() > 0,
                    "{schema}.{table} has no row"
                );
            }
            migrator.run(&database.owner).await.unwrap();
            let after = tables(&database, &schema).await;
            for (table, is_tenants) in after {
                if !before.iter().any(|(old, _)| *old == table) {
                    continue;
                }
                let all = count(&mut owner, &schema, &table).await.unwrap();
                assert!(all > 0 || table == "idempotency_keys", "{schema}.{table} lost its rows");
                let mut worker = tenancy::begin_as_platform(&database.worker).await.unwrap();
                assert_eq!(
                    count(&mut worker, &schema, &table).await.unwrap(),
                    all,
                    "{schema}.{table}: workers"
                );
                let own = OrganizationId::from(Uuid::parse_str(NORTHSIDE).unwrap());
                for (organization_id, visible) in [(own, all), (OrganizationId::new(), 0)] {
                    let mut serving = tenancy::begin(&database.serving, organization_id).await.unwrap();
                    let found = count(&mut serving, &schema, &table).await;
                    if table == "outbox" {
                        assert!(found.is_err(), "{schema}.outbox: requests only add events");
                        continue;
                    }
                    let found = found.unwrap();
                    if table == "inbox" {
                        assert_eq!(
                            found, 0,
                            "{schema}.inbox: rows of the last release name no organization"
                        );
                        continue;
                    }
                    assert_eq!(
                        found,
                        if is_tenants { visible } else { all },
                        "{schema}.{table}: requests"
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn an_upgrade_carries_the_rows_of_the_last_release_over() {
    let mut with_keys = 0;
    for (schema, migrator) in schemas().await {
        let database = Database::fresh(&schema, &release(&migrator, RELEASES[0])).await;
        if has_table(&database, &schema, "inbox").await {
            insert_inbox_rows(&database, &schema).await;
        }
        migrator.run(&database.owner).await.unwrap();
        if has_table(&database, &schema, "idempotency_keys").await {
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
            let sql = format!("SELECT count(*) FROM {schema}.inbox WHERE scope = 'a.consumer'");
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
    let database = Database::fresh(&schema, &release(&migrator, RELEASES[1])).await;
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
