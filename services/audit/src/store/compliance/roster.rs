//! The roster of organizations, and the version of each.

use crate::store::rows;
use chrono::{DateTime, Utc};
use mc_access::tenancy;
use mc_detection::{Learned, Member, Network, Thresholds};
use mc_vocabulary::UserId;
use sqlx::PgConnection;
use uuid::Uuid;

/// The version of each organization's roster.
#[tracing::instrument(level = "debug", name = "roster.list_versions", skip_all)]
pub async fn list_versions(connection: &mut PgConnection) -> Result<Vec<(Uuid, i64)>, sqlx::Error> {
    let rows = sqlx::query!("SELECT organization_id, version FROM audit.knowledge")
        .fetch_all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| (row.organization_id, row.version)).collect())
}

/// Increments the version of an organization's roster.
#[tracing::instrument(level = "debug", name = "roster.update_version", skip_all)]
pub async fn update_version(connection: &mut PgConnection, tree: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO audit.knowledge (organization_id, version) VALUES ($1, 1) ON CONFLICT (organization_id) DO UPDATE SET version = knowledge.version + 1",
        tree
    )
    .execute(connection)
    .await
    .and_then(tenancy::one_row)
}

/// The workforce.
#[tracing::instrument(level = "debug", name = "roster.list_members", skip_all)]
pub async fn list_members(connection: &mut PgConnection, tree: Uuid) -> Result<Vec<Member>, sqlx::Error> {
    sqlx::query_as!(
        Member,
        r#"SELECT user_id::text AS "user_id!", patient, family_key, address_key FROM audit.workforce WHERE organization_id = $1"#,
        tree
    )
    .fetch_all(connection)
    .await
}

/// Adds or replaces a member of the workforce.
#[tracing::instrument(level = "debug", name = "roster.insert_member", skip_all)]
pub async fn insert_member(
    connection: &mut PgConnection,
    tree: Uuid,
    user_id: UserId,
    member: &Member,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO audit.workforce (organization_id, user_id, patient, family_key, address_key, changed_at) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (organization_id, user_id) DO UPDATE SET patient = excluded.patient, family_key = excluded.family_key, \
            address_key = excluded.address_key, changed_at = excluded.changed_at",
        tree,
        user_id.uuid(),
        member.patient,
        member.family_key,
        member.address_key,
        now
    )
    .execute(connection)
    .await
    .and_then(tenancy::one_row)
}

/// The networks, ordered by address.
#[tracing::instrument(level = "debug", name = "roster.list_networks", skip_all)]
pub async fn list_networks(connection: &mut PgConnection, tree: Uuid) -> Result<Vec<Network>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT addresses, place, latitude, longitude FROM audit.networks WHERE organization_id = $1 ORDER BY addresses",
        tree
    )
    .fetch_all(connection)
    .await?;
    let network = |place: &str, addresses: &str, latitude, longitude| {
        Network::new(addresses, place, latitude, longitude).map_err(|error| sqlx::Error::Decode(Box::new(error)))
    };
    rows.iter()
        .map(|row| network(&row.place, &row.addresses, row.latitude, row.longitude))
        .collect()
}

/// Replaces the networks.
#[tracing::instrument(level = "debug", name = "roster.update_networks", skip_all)]
pub async fn update_networks(
    connection: &mut PgConnection,
    tree: Uuid,
    networks: &[Network],
) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM audit.networks WHERE organization_id = $1", tree)
        .execute(&mut *connection)
        .await?;
    let addresses: Vec<String> = networks.iter().map(|n| n.addresses.to_string()).collect();
    let places: Vec<&str> = networks.iter().map(|n| n.place.as_str()).collect();
    let latitudes: Vec<f64> = networks.iter().map(|n| n.latitude).collect();
    let longitudes: Vec<f64> = networks.iter().map(|n| n.longitude).collect();
    sqlx::query!(
        "INSERT INTO audit.networks (organization_id, addresses, place, latitude, longitude) \
         SELECT $1, a, p, n, e FROM unnest($2::text[], $3::text[], $4::float8[], $5::float8[]) AS v (a, p, n, e)",
        tree,
        &addresses,
        &places as &[&str],
        &latitudes,
        &longitudes
    )
    .execute(connection)
    .await
    .and_then(rows(networks.len()))
}

/// A stored learned threshold.
#[derive(Debug, Clone)]
pub struct Threshold {
    /// What was learned.
    pub learned: Learned,
    /// Start of the learned period.
    pub since: DateTime<Utc>,
    /// When it was learned.
    pub learned_at: DateTime<Utc>,
}

/// The learned thresholds.
#[tracing::instrument(level = "debug", name = "roster.list_thresholds", skip_all)]
pub async fn list_thresholds(connection: &mut PgConnection, tree: Uuid) -> Result<Vec<Threshold>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT rule, role, threshold, usual, largest, windows, since, learned_at FROM audit.thresholds WHERE organization_id = $1 ORDER BY rule, role",
        tree
    )
    .fetch_all(connection)
    .await?;
    let threshold = rows.into_iter().map(|row| Threshold {
        learned: Learned {
            rule: row.rule,
            role: row.role,
            threshold: row.threshold.cast_unsigned(),
            usual: row.usual.cast_unsigned(),
            largest: row.largest.cast_unsigned(),
            windows: row.windows.cast_unsigned(),
        },
        since: row.since,
        learned_at: row.learned_at,
    });
    Ok(threshold.collect())
}

/// The learned thresholds, for the engine.
#[tracing::instrument(level = "debug", name = "roster.find_thresholds", skip_all)]
pub async fn find_thresholds(connection: &mut PgConnection, tree: Uuid) -> Result<Thresholds, sqlx::Error> {
    let mut thresholds = Thresholds::default();
    for stored in list_thresholds(connection, tree).await? {
        let learned = stored.learned;
        thresholds.set(&learned.rule, &learned.role, learned.threshold);
    }
    Ok(thresholds)
}

/// Replaces the learned thresholds.
#[tracing::instrument(level = "debug", name = "roster.update_thresholds", skip_all)]
pub async fn update_thresholds(
    connection: &mut PgConnection,
    tree: Uuid,
    learned: &[Learned],
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM audit.thresholds WHERE organization_id = $1", tree)
        .execute(&mut *connection)
        .await?;
    for one in learned {
        sqlx::query!(
            "INSERT INTO audit.thresholds (organization_id, rule, role, threshold, usual, largest, windows, since, learned_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            tree,
            one.rule,
            one.role,
            one.threshold.cast_signed(),
            one.usual.cast_signed(),
            one.largest.cast_signed(),
            one.windows.cast_signed(),
            since,
            now
        )
        .execute(&mut *connection)
        .await
        .and_then(tenancy::one_row)?;
    }
    Ok(())
}
