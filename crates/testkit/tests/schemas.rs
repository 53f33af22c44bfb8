//! Every schema after all its migrations, and after an upgrade from the last release.
#![expect(clippy::unwrap_used, reason = "a panic here is a failed test")]

use mc_access::tenancy;
use mc_chassis::pools::{self, PoolError};
use mc_testkit::{Database, eventually};
use mc_vocabulary::OrganizationId;
use sqlx::{AssertSqlSafe, PgConnection, migrate::Migrator};
use std::{borrow::Cow, path::PathBuf};
use uuid::Uuid;

/// The newest migrations of the releases that an upgrade may begin with: tags `issue-4` and
/// `issue-8`.
const RELEASES: [i64; 2] = [20_261_122_999_999, 20_261_130_000_002];

/// The organization of the rows in `tests/upgrade`.
const NORTHSIDE: &str = "0e000000-0000-7000-8000-000000000001";

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

/// The migrations up to `newest` alone.
fn release(all: &Migrator, newest: i64) -> Migrator {
    let migrations: Vec<_> = all
        .iter()
        .filter(|migration| migration.version <= newest)
        .cloned()
        .collect();
    Migrator {
        migrations: Cow::Owned(migrations),
        ..Migrator::DEFAULT
    }
}

/// Table, policy, its role, and what it compares.
type PolicyRow = (String, String, String, String, Option<String>);

#[tokio::test]
async fn every_table_of_an_organization_has_one_policy_for_each_role_and_reads_the_setting_once() {
    const OWN: &str = "(organization_id = ( SELECT tenancy.current_organization() AS current_organization))";
    for (schema, migrator) in schemas().await {
        let database = Database::fresh(&schema, &migrator).await;
        let policies: Vec<PolicyRow> = sqlx::query_as(
            "SELECT tablename::text, policyname::text, array_to_string(roles, ','), qual, with_check FROM pg_policies \
             WHERE schemaname = $1 AND cmd = 'ALL' AND permissive = 'PERMISSIVE' ORDER BY 1, 2",
        )
        .bind(&schema)
        .fetch_all(&database.owner)
        .await
        .unwrap();
        let tables: Vec<(String, bool)> = sqlx::query_as(
            "SELECT relname::text, relrowsecurity FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid \
             WHERE c.relnamespace = $1::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition \
               AND attname = 'organization_id' AND NOT attisdropped ORDER BY 1",
        )
        .bind(&schema)
        .fetch_all(&database.owner)
        .await
        .unwrap();
        for (table, is_secured) in tables {
            assert!(is_secured, "{schema}.{table} has no row-level security");
            let own: Vec<_> = policies.iter().filter(|(of, ..)| *of == table).collect();
            for (_, policy, role, ..) in &own {
                let last_release = policy == "last_release" && *role == format!("mc_{schema}");
                assert!(
                    last_release || ["tenant_isolation", "platform_workers"].contains(&policy.as_str()),
                    "{schema}.{table}: {own:?}"
                );
            }
            for (policy, role, condition) in [
                ("platform_workers", format!("mc_{schema}_worker"), "true"),
                ("tenant_isolation", format!("mc_{schema}_serving"), OWN),
            ] {
                let is_it = |(_, name, to, using, check): &&&PolicyRow| {
                    name == policy
                        && *to == role
                        && using == condition
                        && check.as_deref().is_none_or(|c| c == condition)
                };
                assert_eq!(
                    own.iter().filter(is_it).count(),
                    1,
                    "{schema}.{table} {policy}: {own:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn no_role_of_a_service_may_change_or_remove_a_data_key_or_see_that_of_another_organization() {
    let mut with_keys = 0;
    for (schema, migrator) in schemas().await {
        let database = Database::fresh(&schema, &migrator).await;
        if !has_table(&database, &schema, "data_keys").await {
            continue;
        }
        with_keys += 1;
        let (own, other) = (OrganizationId::new(), OrganizationId::new());
        let insert = format!("INSERT INTO {schema}.data_keys (organization_id, wrapped) VALUES ($1, '\\x00')");
        let mut transaction = tenancy::begin(&database.serving, own).await.unwrap();
        for (organization_id, allowed) in [(own, true), (other, false)] {
            let inserted = sqlx::query(AssertSqlSafe(insert.clone()))
                .bind(organization_id.uuid())
                .execute(&mut *transaction)
                .await;
            assert_eq!(inserted.is_ok(), allowed, "{schema}: {inserted:?}");
            if allowed {
                transaction.commit().await.unwrap();
                transaction = tenancy::begin(&database.serving, own).await.unwrap();
            }
        }
        let count = format!("SELECT count(*) FROM {schema}.data_keys");
        for (organization_id, visible) in [(own, 1), (other, 0)] {
            let mut transaction = tenancy::begin(&database.serving, organization_id).await.unwrap();
            let found: i64 = sqlx::query_scalar(AssertSqlSafe(count.clone()))
                .fetch_one(&mut *transaction)
                .await
                .unwrap();
            assert_eq!(found, visible, "{schema}");
        }
        for pool in [&database.serving, database.worker.pool()] {
            for sql in [
                format!("UPDATE {schema}.data_keys SET wrapped = '\\x01'"),
                format!("DELETE FROM {schema}.data_keys"),
                format!("TRUNCATE {schema}.data_keys"),
            ] {
                let refused = sqlx::query(AssertSqlSafe(sql.clone())).execute(pool).await.unwrap_err();
                assert!(refused.to_string().contains("permission denied"), "{sql}: {refused}");
            }
        }
    }
    assert_eq!(with_keys, 6, "the schemas with data keys");
}

/// A long transaction of a running service keeps a migration from its lock. Meanwhile other
/// statements go on: they do not queue behind the migration.
#[tokio::test]
async fn a_migration_that_waits_for_a_lock_gives_way_and_is_tried_again() {
    let (_, migrator) = schemas()
        .await
        .into_iter()
        .find(|(schema, _)| schema == "billing")
        .unwrap();
    let database = Database::fresh("billing", &release(&migrator, RELEASES[1])).await;
    let mut long = tenancy::begin_as_platform(&database.worker).await.unwrap();
    let read = "SELECT count(*) FROM billing.payments";
    sqlx::query(read).execute(&mut *long).await.unwrap();
    let url = database.owner_url();
    let migration = async { pools::migrate(&url, &migrator, "billing").await };
    let others = async {
        let waits = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'migrate' AND wait_event_type = 'Lock' \
                     AND datname = current_database()";
        eventually("the migration waits", || async {
            (database.count(waits).await > 0).then_some(())
        })
        .await;
        eventually("another statement", || async {
            sqlx::query(read).execute(database.worker.pool()).await.ok()
        })
        .await;
        eventually("the migration gives way", || async {
            (database.count(waits).await == 0).then_some(())
        })
        .await;
        long.commit().await.unwrap();
    };
    let (migrated, ()) = tokio::join!(migration, others);
    migrated.unwrap();
}

#[tokio::test]
async fn migrate_names_what_deploy_postgres_has_not_made() {
    let (_, migrator) = schemas()
        .await
        .into_iter()
        .find(|(schema, _)| schema == "billing")
        .unwrap();
    let database = Database::fresh("billing", &Migrator::DEFAULT).await;
    sqlx::query("DROP SCHEMA tenancy CASCADE")
        .execute(&database.owner)
        .await
        .unwrap();
    let refused = pools::migrate(&database.owner_url(), &migrator, "billing")
        .await
        .unwrap_err();
    assert!(matches!(refused, PoolError::NotPrepared(_)), "{refused:?}");
    assert_eq!(
        refused.to_string(),
        "missing: schema tenancy. Apply deploy/postgres as the owner of the database, then migrate"
    );
}

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

async fn has_table(database: &Database, schema: &str, table: &str) -> bool {
    sqlx::query_scalar("SELECT to_regclass($1 || '.' || $2) IS NOT NULL")
        .bind(schema)
        .bind(table)
        .fetch_one(&database.owner)
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
                    let found = count(&mut serving, &schema, &table).await.unwrap();
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
    let database = Database::fresh(&schema, &release(&migrator, RELEASES[RELEASES.len() - 1])).await;
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
