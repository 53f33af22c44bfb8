//! Trees: size and frontier after each commit. Rows are never updated.

use crate::store::rows;
use chrono::{DateTime, Utc};
use mc_access::tenancy;
use mc_transparency::Frontier;
use sqlx::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// The frontiers of `ids`, with the exclusive right to append until the transaction ends. A new
/// tree is empty.
#[tracing::instrument(level = "debug", name = "trees.get_for_update", skip_all)]
pub async fn get_for_update(
    connection: &mut PgConnection,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Frontier>, sqlx::Error> {
    // The lock of the single writer.
    sqlx::query!("SELECT name FROM audit.locks WHERE name = 'log' FOR UPDATE")
        .fetch_one(&mut *connection)
        .await?;
    let rows = sqlx::query!(
        r#"SELECT t.id AS "id!", b.size AS "size!", b.frontier AS "frontier!" FROM unnest($1::uuid[]) AS t (id)
           CROSS JOIN LATERAL (SELECT size, frontier FROM audit.batches WHERE organization_id = t.id ORDER BY size DESC LIMIT 1) b"#,
        ids
    )
    .fetch_all(connection)
    .await?;
    let mut trees: HashMap<Uuid, Frontier> = ids.iter().map(|id| (*id, Frontier::new())).collect();
    for row in rows {
        trees.insert(row.id, frontier(row.size, &row.frontier)?);
    }
    Ok(trees)
}

/// The frontier of `id`.
#[tracing::instrument(level = "debug", name = "trees.find", skip_all)]
pub async fn find(connection: &mut PgConnection, id: Uuid) -> Result<Frontier, sqlx::Error> {
    let row = sqlx::query!(
        "SELECT size, frontier FROM audit.batches WHERE organization_id = $1 ORDER BY size DESC LIMIT 1",
        id
    )
    .fetch_optional(connection)
    .await?;
    row.map_or_else(|| Ok(Frontier::new()), |row| frontier(row.size, &row.frontier))
}

/// Every tree that has an event. A loose index scan: its cost grows with the trees, not with the
/// commits.
#[tracing::instrument(level = "debug", name = "trees.list", skip_all)]
pub async fn list(connection: &mut PgConnection) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"WITH RECURSIVE step (id) AS (
               SELECT min(organization_id::text)::uuid FROM (SELECT organization_id FROM audit.batches ORDER BY organization_id LIMIT 1) first
               UNION ALL
               SELECT (SELECT organization_id FROM audit.batches WHERE organization_id > step.id ORDER BY organization_id LIMIT 1)
               FROM step WHERE step.id IS NOT NULL)
           SELECT id AS "id!" FROM step WHERE id IS NOT NULL"#
    )
    .fetch_all(connection)
    .await
}

/// Size of tree `id`.
#[tracing::instrument(level = "debug", name = "trees.find_size", skip_all)]
pub async fn find_size(connection: &mut PgConnection, id: Uuid) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT coalesce(max(size), 0) AS "size!" FROM audit.batches WHERE organization_id = $1"#,
        id
    )
    .fetch_one(connection)
    .await
}

fn frontier(size: i64, bytes: &[u8]) -> Result<Frontier, sqlx::Error> {
    u64::try_from(size)
        .ok()
        .and_then(|size| Frontier::restore(size, bytes))
        .ok_or_else(|| sqlx::Error::Decode("a tree's right edge cannot be read; verify the log".into()))
}

/// What one commit appended to a tree.
pub struct Appended {
    /// The tree.
    pub tree: Uuid,
    /// Its size before.
    pub first: i64,
    /// Its size after.
    pub size: i64,
    /// Its frontier after.
    pub frontier: Vec<u8>,
}

/// Adds a commit; a unique violation where another process appended the same places.
#[tracing::instrument(level = "debug", name = "trees.insert", skip_all)]
pub async fn insert(
    connection: &mut PgConnection,
    appended: &[Appended],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let trees: Vec<Uuid> = appended.iter().map(|g| g.tree).collect();
    let firsts: Vec<i64> = appended.iter().map(|g| g.first).collect();
    let sizes: Vec<i64> = appended.iter().map(|g| g.size).collect();
    let frontiers: Vec<&[u8]> = appended.iter().map(|g| g.frontier.as_slice()).collect();
    sqlx::query!(
        "INSERT INTO audit.batches (organization_id, first_index, size, frontier, logged_at) \
         SELECT t, f, s, e, $5 FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bytea[]) AS b (t, f, s, e)",
        &trees,
        &firsts,
        &sizes,
        &frontiers as &[&[u8]],
        now
    )
    .execute(connection)
    .await
    .and_then(rows(appended.len()))
}

/// The first of all commits; 1 where there is none.
#[tracing::instrument(level = "debug", name = "trees.find_first_sequence", skip_all)]
pub async fn find_first_sequence(connection: &mut PgConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT coalesce(min(sequence), 1) AS "first!" FROM audit.batches"#)
        .fetch_one(connection)
        .await
}

/// Adds a commit of a restored tree, numbered before those that followers read.
#[tracing::instrument(level = "debug", name = "trees.insert_restored", skip_all)]
pub async fn insert_restored(
    connection: &mut PgConnection,
    appended: &Appended,
    sequence: i64,
    logged_at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO audit.batches (sequence, organization_id, first_index, size, frontier, logged_at) OVERRIDING SYSTEM VALUE \
         VALUES ($1, $2, $3, $4, $5, $6)",
        sequence,
        appended.tree,
        appended.first,
        appended.size,
        appended.frontier,
        logged_at
    )
    .execute(connection)
    .await
    .and_then(tenancy::one_row)
}

/// One commit.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Order of commits over all trees.
    pub sequence: i64,
    /// The tree.
    pub tree: Uuid,
    /// Place of its first event.
    pub first: i64,
    /// Size of the tree after it.
    pub size: i64,
}

/// The commits after `sequence`, in order, at most `limit`.
#[tracing::instrument(level = "debug", name = "trees.list_after", skip_all)]
pub async fn list_after(connection: &mut PgConnection, sequence: i64, limit: i64) -> Result<Vec<Batch>, sqlx::Error> {
    sqlx::query_as!(
        Batch,
        "SELECT sequence, organization_id AS tree, first_index AS first, size FROM audit.batches WHERE sequence > $1 ORDER BY sequence LIMIT $2",
        sequence,
        limit
    )
    .fetch_all(connection)
    .await
}

/// The last commit before `moment`; 0 where there is none.
#[tracing::instrument(level = "debug", name = "trees.find_last_before", skip_all)]
pub async fn find_last_before(connection: &mut PgConnection, moment: DateTime<Utc>) -> Result<i64, sqlx::Error> {
    let last = sqlx::query_scalar!(
        "SELECT sequence FROM audit.batches WHERE logged_at < $1 ORDER BY sequence DESC LIMIT 1",
        moment
    )
    .fetch_optional(connection)
    .await?;
    Ok(last.unwrap_or(0))
}

/// How far follower `name` has read; None where it never has.
#[tracing::instrument(level = "debug", name = "trees.find_follower", skip_all)]
pub async fn find_follower(connection: &mut PgConnection, name: &str) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar!("SELECT sequence FROM audit.followers WHERE name = $1", name)
        .fetch_optional(connection)
        .await
}

/// Follower `name` has read up to `sequence`.
#[tracing::instrument(level = "debug", name = "trees.update_follower", skip_all)]
pub async fn update_follower(connection: &mut PgConnection, name: &str, sequence: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO audit.followers (name, sequence) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET sequence = excluded.sequence",
        name,
        sequence
    )
    .execute(connection)
    .await
    .and_then(tenancy::one_row)
}

/// The frontier after each commit to a size in `(after, until]`. Unreadable ones are left out; the
/// verifier finds them.
#[tracing::instrument(level = "debug", name = "trees.list_states", skip_all)]
pub async fn list_states(
    connection: &mut PgConnection,
    id: Uuid,
    after: i64,
    until: i64,
) -> Result<Vec<Frontier>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT size, frontier FROM audit.batches WHERE organization_id = $1 AND size > $2 AND size <= $3 ORDER BY size",
        id,
        after,
        until
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| frontier(row.size, &row.frontier).ok())
        .collect())
}

/// Every tree that has grown after `sequence`: its newest commit and frontier.
#[tracing::instrument(level = "debug", name = "trees.list_newest_after", skip_all)]
pub async fn list_newest_after(
    connection: &mut PgConnection,
    sequence: i64,
) -> Result<Vec<(Uuid, i64, Frontier)>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT DISTINCT ON (organization_id) organization_id, sequence, size, frontier FROM audit.batches WHERE sequence > $1 \
         ORDER BY organization_id, sequence DESC",
        sequence
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| Ok((row.organization_id, row.sequence, frontier(row.size, &row.frontier)?)))
        .collect()
}
