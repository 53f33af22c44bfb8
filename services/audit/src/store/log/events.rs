//! Events, appended and read in the order of the log.

use crate::{
    domain::{Leaf, Logged, Prepared, StoredRow},
    store::rows,
};
use futures_util::{StreamExt, stream::BoxStream};
use mc_transparency::Hash;
use mc_vocabulary::EventId;
use sqlx::PgConnection;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A stored event.
#[derive(sqlx::FromRow)]
pub(super) struct Row {
    organization_id: Uuid,
    log_index: i64,
    event_id: Uuid,
    leaf_hash: Vec<u8>,
    leaf: Vec<u8>,
}

impl Row {
    pub(super) fn logged(self) -> Result<Logged, sqlx::Error> {
        let damaged =
            || sqlx::Error::Decode(format!("event {} of the log cannot be read; verify the log", self.event_id).into());
        Ok(Logged {
            tree: self.organization_id,
            index: self.log_index,
            leaf_hash: Hash::from_slice(&self.leaf_hash).ok_or_else(damaged)?,
            leaf: Leaf::from_bytes(&self.leaf).map_err(|_| damaged())?,
            bytes: self.leaf,
        })
    }
}

/// Appends events with known places, in one statement.
#[tracing::instrument(level = "debug", name = "events.insert", skip_all)]
pub async fn insert(connection: &mut PgConnection, events: &[Prepared]) -> Result<(), sqlx::Error> {
    fn column<'a, T>(events: &'a [Prepared], field: impl Fn(&'a Prepared) -> T) -> Vec<T> {
        events.iter().map(field).collect()
    }
    sqlx::query!(
        "INSERT INTO audit.events (event_id, organization_id, log_index, leaf_hash, leaf, patient_sealed, logged_at, occurred_at, action, \
            interaction, outcome, actor_kind, actor_id, patient, entity_kind, entity_id, purpose, emergency, source, source_ip, trace_id) \
         SELECT event_id, organization_id, log_index, leaf_hash, leaf, patient_sealed, logged_at, occurred_at, action, \
            interaction, outcome, actor_kind, actor_id, patient, entity_kind, entity_id, purpose, emergency, source, source_ip::inet, trace_id \
         FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bytea[], $5::bytea[], $6::bytea[], $7::timestamptz[], $8::timestamptz[], $9::text[], \
            $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::boolean[], $19::text[], \
            $20::text[], $21::text[]) \
         AS e (event_id, organization_id, log_index, leaf_hash, leaf, patient_sealed, logged_at, occurred_at, action, interaction, outcome, \
            actor_kind, actor_id, patient, entity_kind, entity_id, purpose, emergency, source, source_ip, trace_id)",
        &column(events, |e| e.leaf.event_id.uuid()),
        &column(events, |e| e.tree),
        &column(events, |e| e.index),
        &column(events, |e| e.leaf_hash.as_bytes().as_slice()) as &[&[u8]],
        &column(events, |e| e.bytes.as_slice()) as &[&[u8]],
        &column(events, |e| e.patient_sealed.as_deref()) as &[Option<&[u8]>],
        &column(events, |e| e.leaf.logged_at),
        &column(events, |e| e.leaf.record.occurred_at),
        &column(events, |e| e.leaf.record.action.as_str()) as &[&str],
        &column(events, |e| e.leaf.interaction()) as &[&str],
        &column(events, |e| e.leaf.outcome()) as &[&str],
        &column(events, |e| e.leaf.actor_kind()) as &[&str],
        &column(events, |e| e.leaf.record.actor.id.as_str()) as &[&str],
        &column(events, |e| e.leaf.patient.as_deref().unwrap_or_default()) as &[&str],
        &column(events, |e| e.leaf.entity().0) as &[&str],
        &column(events, |e| e.leaf.entity().1) as &[&str],
        &column(events, |e| e.leaf.record.purpose.as_deref().unwrap_or_default()) as &[&str],
        &column(events, |e| e.leaf.record.emergency),
        &column(events, |e| e.leaf.source.as_str()) as &[&str],
        &column(events, |e| e.leaf.record.source_ip.map(|ip| ip.to_string())) as &[Option<String>],
        &column(events, |e| e.leaf.record.trace_id.as_str()) as &[&str],
    )
    .execute(connection)
    .await
    .and_then(rows(events.len()))
}

/// Those of `ids` that are logged, with their leaves. The smallest and greatest id exclude
/// partitions that cannot hold any.
#[tracing::instrument(level = "debug", name = "events.list_known", skip_all)]
pub async fn list_known(
    connection: &mut PgConnection,
    ids: &[Uuid],
) -> Result<BTreeMap<EventId, Vec<u8>>, sqlx::Error> {
    let (Some(least), Some(greatest)) = (ids.iter().min(), ids.iter().max()) else {
        return Ok(BTreeMap::new());
    };
    let rows = sqlx::query!(
        "SELECT event_id, leaf FROM audit.events WHERE event_id = ANY($1) AND event_id BETWEEN $2 AND $3",
        ids,
        least,
        greatest
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.event_id.into(), row.leaf)).collect())
}

/// The events of tree `tree` from `first` to before `end`, in the log's order.
#[tracing::instrument(level = "debug", name = "events.list_range", skip_all)]
pub async fn list_range(
    connection: &mut PgConnection,
    tree: Uuid,
    first: i64,
    end: i64,
) -> Result<Vec<Logged>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT organization_id, log_index, event_id, leaf_hash, leaf FROM audit.events \
         WHERE organization_id = $1 AND log_index >= $2 AND log_index < $3 ORDER BY log_index",
        tree,
        first,
        end
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::logged).collect()
}

/// An event by its id, of tree `tree`.
#[tracing::instrument(level = "debug", name = "events.find", skip_all)]
pub async fn find(connection: &mut PgConnection, tree: Uuid, event_id: EventId) -> Result<Option<Logged>, sqlx::Error> {
    sqlx::query_as!(
        Row,
        "SELECT organization_id, log_index, event_id, leaf_hash, leaf FROM audit.events WHERE event_id = $1 AND organization_id = $2",
        event_id.uuid(),
        tree
    )
    .fetch_optional(connection)
    .await?
    .map(Row::logged)
    .transpose()
}

/// The sealed patient id of an event of tree `tree`; None where it is not about a patient.
#[tracing::instrument(level = "debug", name = "events.find_patient_sealed", skip_all)]
pub async fn find_patient_sealed(
    connection: &mut PgConnection,
    tree: Uuid,
    event_id: EventId,
) -> Result<Option<Vec<u8>>, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT patient_sealed FROM audit.events WHERE event_id = $1 AND organization_id = $2",
        event_id.uuid(),
        tree
    )
    .fetch_optional(connection)
    .await
    .map(Option::flatten)
}

/// Number of logged events of `service` whose ids were made in `[since, until)`.
#[tracing::instrument(level = "debug", name = "events.count_recorded_by", skip_all)]
pub async fn count_recorded_by(
    connection: &mut PgConnection,
    service: &str,
    since: chrono::DateTime<chrono::Utc>,
    until: chrono::DateTime<chrono::Utc>,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM audit.events WHERE event_id >= audit.first_id($1) AND event_id < audit.first_id($2) AND source = $3"#,
        since,
        until,
        service
    )
    .fetch_one(connection)
    .await
}

/// Rows of a tree from `first` to before `end`, for the verifier, which trusts none of them.
#[tracing::instrument(level = "debug", name = "events.list_rows", skip_all)]
pub async fn list_rows(
    connection: &mut PgConnection,
    tree: Uuid,
    first: i64,
    end: i64,
) -> Result<Vec<StoredRow>, sqlx::Error> {
    sqlx::query_as!(
        StoredRow,
        r#"SELECT log_index, event_id, leaf_hash, leaf, logged_at, occurred_at, action, interaction, outcome, actor_kind, actor_id, patient,
            entity_kind, entity_id, purpose, emergency, source, host(source_ip) AS source_ip, trace_id
           FROM audit.events WHERE organization_id = $1 AND log_index >= $2 AND log_index < $3 ORDER BY log_index"#,
        tree,
        first,
        end
    )
    .fetch_all(connection)
    .await
}

/// Stubs of a tree's pruned events from `first` to before `end`: place and hash.
#[tracing::instrument(level = "debug", name = "events.list_stubs", skip_all)]
pub async fn list_stubs(
    connection: &mut PgConnection,
    tree: Uuid,
    first: i64,
    end: i64,
) -> Result<Vec<(i64, Vec<u8>)>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT log_index, leaf_hash FROM audit.stubs WHERE organization_id = $1 AND log_index >= $2 AND log_index < $3 ORDER BY log_index",
        tree,
        first,
        end
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.log_index, row.leaf_hash)).collect())
}

/// The sealed patients of a tree's events from `first` to before `end`: place, event, sealed id.
#[tracing::instrument(level = "debug", name = "events.list_patients_sealed", skip_all)]
pub async fn list_patients_sealed(
    connection: &mut PgConnection,
    tree: Uuid,
    first: i64,
    end: i64,
) -> Result<Vec<(i64, EventId, Vec<u8>)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT log_index, event_id, patient_sealed AS "sealed!" FROM audit.events
           WHERE organization_id = $1 AND log_index >= $2 AND log_index < $3 AND patient_sealed IS NOT NULL"#,
        tree,
        first,
        end
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.log_index, row.event_id.into(), row.sealed))
        .collect())
}

/// Restores stubs of pruned events.
#[tracing::instrument(level = "debug", name = "events.insert_stubs", skip_all)]
pub async fn insert_stubs(connection: &mut PgConnection, tree: Uuid, stubs: &[(i64, Hash)]) -> Result<(), sqlx::Error> {
    let indexes: Vec<i64> = stubs.iter().map(|(index, _)| *index).collect();
    let hashes: Vec<&[u8]> = stubs.iter().map(|(_, hash)| hash.as_bytes().as_slice()).collect();
    sqlx::query!(
        "INSERT INTO audit.stubs (organization_id, log_index, leaf_hash) SELECT $1, i, h FROM unnest($2::bigint[], $3::bytea[]) AS s (i, h)",
        tree,
        &indexes,
        &hashes as &[&[u8]]
    )
    .execute(connection)
    .await
    .and_then(rows(stubs.len()))
}

/// The events of tree `tree` that happened in `[since, until)`, in the order of time, in constant
/// memory.
pub fn stream_between(
    connection: &mut PgConnection,
    tree: Uuid,
    since: chrono::DateTime<chrono::Utc>,
    until: chrono::DateTime<chrono::Utc>,
) -> BoxStream<'_, Result<Logged, sqlx::Error>> {
    sqlx::query_as!(
        Row,
        "SELECT organization_id, log_index, event_id, leaf_hash, leaf FROM audit.events \
         WHERE organization_id = $1 AND occurred_at >= $2 AND occurred_at < $3 ORDER BY occurred_at, log_index",
        tree,
        since,
        until
    )
    .fetch(connection)
    .map(|row| row.and_then(Row::logged))
    .boxed()
}

/// Every tree in any table of the log.
#[tracing::instrument(level = "debug", name = "events.list_trees", skip_all)]
pub async fn list_trees(connection: &mut PgConnection) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT organization_id AS "tree!" FROM audit.checkpoints UNION SELECT organization_id FROM audit.batches UNION
           SELECT organization_id FROM audit.events UNION SELECT organization_id FROM audit.stubs ORDER BY 1"#
    )
    .fetch_all(connection)
    .await
}

/// Whether this role has a privilege to change or delete rows of the log, which it must not have.
#[tracing::instrument(level = "debug", name = "events.find_may_change", skip_all)]
pub async fn find_may_change(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT coalesce(bool_or(has_table_privilege(r, 'audit.' || t, p)), false) AS "may!"
           FROM unnest(ARRAY['mc_audit_serving', 'mc_audit_worker', 'mc_audit']) r,
             unnest(ARRAY['events', 'batches', 'tiles', 'checkpoints', 'stubs']) t, unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) p"#
    )
    .fetch_one(connection)
    .await
}

/// Creates the partition of a month, where it does not exist.
#[tracing::instrument(level = "debug", name = "events.insert_month", skip_all)]
pub async fn insert_month(connection: &mut PgConnection, month: chrono::NaiveDate) -> Result<(), sqlx::Error> {
    sqlx::query!("SELECT audit.add_month($1)", month)
        .execute(connection)
        .await
        .map(drop)
}
