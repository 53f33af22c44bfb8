//! How Postgres plans a statement for a role, whatever its parameters are.

use crate::Database;
use mc_vocabulary::OrganizationId;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};
use std::collections::BTreeSet;

/// A part of a plan that reads a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    /// The table, without its schema; of a partition, the partition.
    pub table: String,
    /// `Seq Scan`, `Index Scan`, `Index Only Scan` or `Bitmap Heap Scan`.
    pub kind: String,
    /// Whether an index narrows what is read: by a condition, or because it holds only some rows.
    /// False for a whole table, and for a whole index that is read for its order alone.
    pub is_narrowed: bool,
    /// Whether reading ends as soon as enough rows are found.
    pub is_limited: bool,
}

/// Plans statements on one connection, as one role.
pub struct Planner {
    connection: PgConnection,
    /// Names of the indexes with a condition.
    partial: BTreeSet<String>,
}

impl Planner {
    /// Plans as `role`, with generic plans, and without sequential scans where any index can be
    /// used.
    ///
    /// # Panics
    /// If the database or the role does not exist.
    pub async fn new(database: &Database, role: &str) -> Self {
        use secrecy::ExposeSecret;
        let url = database.owner_url();
        let mut connection = PgConnection::connect(url.expose_secret()).await.unwrap();
        let partial: Vec<String> = sqlx::query_scalar(
            "SELECT relname::text FROM pg_index JOIN pg_class ON oid = indexrelid WHERE indpred IS NOT NULL",
        )
        .fetch_all(&mut connection)
        .await
        .unwrap();
        for sql in [
            "SET plan_cache_mode = force_generic_plan".to_owned(),
            "SET enable_seqscan = off".to_owned(),
            format!("SET ROLE {role}"),
        ] {
            sqlx::query(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
        }
        Self {
            connection,
            partial: partial.into_iter().collect(),
        }
    }

    /// The scans of the plan of `sql`, which may have parameters `$1`, `$2`, …
    ///
    /// # Errors
    /// If the statement cannot be prepared or the role may not run it.
    pub async fn scans(&mut self, sql: &str) -> Result<Vec<Scan>, sqlx::Error> {
        let prepare = format!("PREPARE planned AS {sql}");
        sqlx::raw_sql(AssertSqlSafe(prepare))
            .execute(&mut self.connection)
            .await?;
        let count: i32 = sqlx::query_scalar(
            "SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE name = 'planned'",
        )
        .fetch_one(&mut self.connection)
        .await?;
        let arguments = vec!["NULL"; usize::try_from(count).unwrap()].join(", ");
        let execute = if count == 0 {
            "planned".to_owned()
        } else {
            format!("planned({arguments})")
        };
        let explain = format!("EXPLAIN (FORMAT JSON) EXECUTE {execute}");
        let explained = sqlx::raw_sql(AssertSqlSafe(explain))
            .fetch_one(&mut self.connection)
            .await;
        sqlx::raw_sql("DEALLOCATE planned")
            .execute(&mut self.connection)
            .await?;
        let plan: Value = serde_json::from_str(explained?.try_get_unchecked::<&str, _>(0)?).unwrap();
        let mut scans = Vec::new();
        self.collect(&plan[0]["Plan"], false, &mut scans);
        Ok(scans)
    }

    /// Runs `sql` with `arguments` (SQL literals) for `organization_id`, planned generically with
    /// the planner's usual settings; returns the number of pages that it read.
    ///
    /// # Errors
    /// If the statement cannot be prepared or run.
    pub async fn pages_read(
        &mut self,
        sql: &str,
        arguments: &str,
        organization_id: OrganizationId,
    ) -> Result<i64, sqlx::Error> {
        let explain = format!(
            "RESET enable_seqscan; PREPARE measured AS {sql}; BEGIN; SET LOCAL medconnect.organization = '{organization_id}'; \
             EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE measured({arguments})"
        );
        let explained = sqlx::raw_sql(AssertSqlSafe(explain))
            .fetch_one(&mut self.connection)
            .await;
        let end = "ROLLBACK; DEALLOCATE measured; SET enable_seqscan = off";
        sqlx::raw_sql(end).execute(&mut self.connection).await?;
        let plan: Value = serde_json::from_str(explained?.try_get_unchecked::<&str, _>(0)?).unwrap();
        let pages = |name: &str| plan[0]["Plan"][name].as_i64().unwrap_or_default();
        Ok(pages("Shared Hit Blocks") + pages("Shared Read Blocks"))
    }

    fn collect(&self, node: &Value, is_limited: bool, scans: &mut Vec<Scan>) {
        let kind = node["Node Type"].as_str().unwrap_or_default();
        // A sort or an aggregate reads all of its input before it returns a row.
        let is_limited = match kind {
            "Limit" => true,
            "Sort" | "Aggregate" | "Hash" | "WindowAgg" | "Materialize" => false,
            _ => is_limited,
        };
        if let Some(table) = node["Relation Name"].as_str()
            && kind.ends_with("Scan")
        {
            scans.push(Scan {
                table: table.to_owned(),
                kind: kind.to_owned(),
                is_narrowed: self.is_narrowed(node),
                is_limited,
            });
        }
        for child in node["Plans"].as_array().into_iter().flatten() {
            self.collect(child, is_limited, scans);
        }
    }

    /// Of a scan, or of what a bitmap scan reads.
    fn is_narrowed(&self, node: &Value) -> bool {
        let is_partial = || {
            node["Index Name"]
                .as_str()
                .is_some_and(|index| self.partial.contains(index))
        };
        let by_bitmap = || {
            let parts = node["Plans"].as_array().into_iter().flatten();
            ["Bitmap Heap Scan", "BitmapOr", "BitmapAnd"].contains(&node["Node Type"].as_str().unwrap_or_default())
                && parts.clone().next().is_some()
                && parts.clone().all(|part| self.is_narrowed(part))
        };
        node.get("Index Cond").is_some() || is_partial() || by_bitmap()
    }
}
