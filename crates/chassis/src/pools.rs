//! Connections to Postgres and Redis, and the check for pending migrations.

use crate::{
    health::{Component, Status},
    settings::DatabaseSettings,
};
use futures_util::future::BoxFuture;
use mc_vocabulary::Clock;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use secrecy::{ExposeSecret, SecretString};
use sqlx::{
    AssertSqlSafe, PgPool,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{
    collections::HashSet,
    str::FromStr,
    time::{Duration, Instant},
};

/// Why the database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PoolError {
    /// The database is unreachable or refuses the connection.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// A migration failed.
    #[error("migration: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// Migrations are pending: the schema is older than the program.
    #[error("schema {schema} lacks {count} migration(s), the first is {first}: run `medconnect-{service} migrate`")]
    Pending {
        /// The schema.
        schema: &'static str,
        /// The service whose `migrate` command applies them.
        service: &'static str,
        /// Number of pending migrations.
        count: usize,
        /// Version of the first pending migration.
        first: i64,
    },
    /// The address of Redis is malformed.
    #[error("redis: {0}")]
    Redis(#[from] redis::RedisError),
}

/// A pool that connects on first use, so that a process starts while its database is unavailable.
///
/// # Errors
/// If the URL is malformed.
pub fn postgres(url: &SecretString, settings: &DatabaseSettings, service: &str) -> Result<PgPool, PoolError> {
    let options = PgConnectOptions::from_str(url.expose_secret())?.application_name(service);
    Ok(PgPoolOptions::new()
        .max_connections(settings.connections_max)
        .acquire_timeout(Duration::from_millis(settings.acquire_timeout_ms))
        .connect_lazy_with(options))
}

/// Applies pending migrations as the role that owns the schema.
///
/// # Errors
/// If the database cannot be reached or a migration fails.
pub fn migrate<'a>(url: &'a SecretString, migrator: &'a Migrator) -> BoxFuture<'a, Result<(), PoolError>> {
    Box::pin(async move {
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .connect(url.expose_secret())
            .await?;
        migrator.run(&pool).await?;
        pool.close().await;
        Ok(())
    })
}

/// Requires that no migrations are pending. Waits for a database that is starting.
///
/// # Errors
/// [`PoolError::Pending`], or [`PoolError::Database`] if the database is unreachable or refuses the
/// query.
pub fn require_migrated<'a>(
    pool: &'a PgPool,
    migrator: &'a Migrator,
    schema: &'static str,
    service: &'static str,
) -> BoxFuture<'a, Result<(), PoolError>> {
    Box::pin(async move {
        let sql = format!("SELECT version FROM {schema}._sqlx_migrations WHERE success");
        let patience = Instant::now() + Duration::from_secs(20);
        let applied: HashSet<i64> = loop {
            match sqlx::query_scalar(AssertSqlSafe(sql.as_str())).fetch_all(pool).await {
                Ok(versions) => break versions.into_iter().collect(),
                // Class 57: it is starting or stopping.
                Err(sqlx::Error::Database(fault)) if !fault.code().is_some_and(|code| code.starts_with("57")) => {
                    return Err(sqlx::Error::Database(fault).into());
                }
                Err(error) if Instant::now() > patience => return Err(error.into()),
                Err(_) => tokio::time::sleep(Duration::from_millis(200)).await,
            }
        };
        let mut missing = migrator.iter().map(|m| m.version).filter(|v| !applied.contains(v));
        match missing.next() {
            None => Ok(()),
            Some(first) => Err(PoolError::Pending {
                schema,
                service,
                count: missing.count() + 1,
                first,
            }),
        }
    })
}

/// A connection to Redis that reconnects by itself, opened in the background on first use.
///
/// # Errors
/// If the URL is malformed.
pub fn redis(url: &SecretString) -> Result<ConnectionManager, PoolError> {
    let config = ConnectionManagerConfig::new()
        .set_number_of_retries(1)
        .set_response_timeout(Some(Duration::from_millis(500)))
        .set_connection_timeout(Some(Duration::from_millis(500)));
    Ok(ConnectionManager::new_lazy_with_config(
        redis::Client::open(url.expose_secret())?,
        config,
    )?)
}

/// Health of the database: whether it responds within a second.
pub fn database_component<'a>(pool: &'a PgPool, clock: &'a Clock) -> BoxFuture<'a, Component> {
    Box::pin(async move {
        let started = Instant::now();
        let answer = tokio::time::timeout(
            Duration::from_secs(1),
            sqlx::query_scalar::<_, i32>("SELECT 1").fetch_one(pool),
        )
        .await;
        let (status, detail) = match answer {
            Ok(Ok(_)) => (Status::Healthy, "answers"),
            Ok(Err(_)) => (Status::Unhealthy, "refuses connections"),
            Err(_) => (Status::Unhealthy, "no response within a second"),
        };
        component("database", status, true, detail, started, clock)
    })
}

/// Health of Redis: whether it responds within half a second. Never required: its loss costs time,
/// not data.
pub fn cache_component<'a>(redis: &'a ConnectionManager, clock: &'a Clock) -> BoxFuture<'a, Component> {
    Box::pin(async move {
        let started = Instant::now();
        let mut connection = redis.clone();
        let ping = async move { redis::cmd("PING").query_async::<String>(&mut connection).await };
        let (status, detail) = match tokio::time::timeout(Duration::from_millis(500), ping).await {
            Ok(Ok(_)) => (Status::Healthy, "answers"),
            Ok(Err(_)) => (Status::Unhealthy, "refuses connections"),
            Err(_) => (Status::Unhealthy, "no response within half a second"),
        };
        component("cache", status, false, detail, started, clock)
    })
}

/// A component checked since `started`.
pub fn component(
    name: impl Into<String>,
    status: Status,
    required: bool,
    detail: impl Into<String>,
    started: Instant,
    clock: &Clock,
) -> Component {
    Component {
        name: name.into(),
        status,
        required,
        detail: detail.into(),
        breaker: None,
        duration_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        checked_at: clock.now(),
    }
}
