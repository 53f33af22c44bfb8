//! The migrations of every schema, now and as of earlier releases.

use mc_testkit::Database;
use sqlx::migrate::Migrator;
use std::{borrow::Cow, path::PathBuf};

/// The newest migrations of the releases that an upgrade may begin with: tags `issue-4` and
/// `issue-8`.
pub const RELEASES: [i64; 2] = [20_261_122_999_999, 20_261_130_000_002];

/// Every folder of `migrations`, with its migrations.
pub async fn schemas() -> Vec<(String, Migrator)> {
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
pub fn release(all: &Migrator, newest: i64) -> Migrator {
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

/// Whether `schema` has `table`.
pub async fn has_table(database: &Database, schema: &str, table: &str) -> bool {
    sqlx::query_scalar("SELECT to_regclass($1 || '.' || $2) IS NOT NULL")
        .bind(schema)
        .bind(table)
        .fetch_one(&database.owner)
        .await
        .unwrap()
}
