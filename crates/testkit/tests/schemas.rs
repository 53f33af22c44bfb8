//! Every schema after all its migrations.
#![expect(clippy::unwrap_used, reason = "a panic here is a failed test")]

#[path = "schemas/releases.rs"]
mod releases;

use mc_access::tenancy;
use mc_chassis::pools::{self, PoolError};
use mc_testkit::{Database, eventually};
use mc_vocabulary::OrganizationId;
use releases::{RELEASES, has_table, release, schemas};
use sqlx::{AssertSqlSafe, migrate::Migrator};

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

/// Payments and what was decided about charges outlive every key; requests cannot move detection or
/// the signer of checkpoints, nor hide a tally.
#[tokio::test]
async fn no_role_removes_a_payment_and_requests_do_not_write_what_workers_have_read() {
    let forbidden = [
        (
            "billing",
            &["payments", "consents", "denials", "surplus_intents"][..],
            "DELETE, TRUNCATE",
            &["", "_serving", "_worker"][..],
        ),
        ("audit", &["tallies"], "DELETE, TRUNCATE", &["", "_serving", "_worker"]),
        (
            "audit",
            &["followers", "tallies", "detectors"],
            "INSERT, UPDATE, DELETE, TRUNCATE",
            &["_serving"],
        ),
    ];
    for (schema, migrator) in schemas().await {
        let database = Database::fresh(&schema, &migrator).await;
        for (_, tables, privileges, roles) in forbidden.iter().filter(|(of, ..)| *of == schema) {
            for (table, role) in tables
                .iter()
                .flat_map(|table| roles.iter().map(move |role| (table, role)))
            {
                let (role, table) = (format!("mc_{schema}{role}"), format!("{schema}.{table}"));
                // True where the role has any of them.
                let allowed: bool = sqlx::query_scalar("SELECT has_table_privilege($1, $2, $3)")
                    .bind(&role)
                    .bind(&table)
                    .bind(privileges)
                    .fetch_one(&database.owner)
                    .await
                    .unwrap();
                assert!(!allowed, "{role}: {privileges} on {table}");
            }
        }
    }
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
