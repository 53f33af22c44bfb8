//! Row-level security of every schema, after all its migrations.

use mc_testkit::Database;
use sqlx::migrate::Migrator;
use std::path::Path;

/// Schemas with tables that belong to an organization.
const SCHEMAS: [&str; 5] = ["audit", "auth", "billing", "ehr_proxy", "eligibility"];

#[tokio::test]
async fn tenant_isolation_is_the_only_policy_of_every_table_with_row_level_security() {
    for schema in SCHEMAS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../migrations")
            .join(schema);
        let migrator = Migrator::new(folder).await.unwrap();
        let database = Database::fresh(schema, &migrator).await;
        let policies: Vec<(String, String)> =
            sqlx::query_as("SELECT tablename::text, policyname::text FROM pg_policies WHERE schemaname = $1")
                .bind(schema)
                .fetch_all(&database.owner)
                .await
                .unwrap();
        assert!(!policies.is_empty(), "{schema} has no policy");
        for (table, policy) in &policies {
            assert_eq!(policy, "tenant_isolation", "{schema}.{table}");
        }
        let secured: Vec<String> = sqlx::query_scalar(
            "SELECT relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE nspname = $1 AND relrowsecurity",
        )
        .bind(schema)
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
