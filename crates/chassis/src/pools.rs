//! Connections to Postgres and Redis, and the check for pending migrations.

use crate::{
    database_watch::Heard,
    health::{Component, Status},
    settings::DatabaseSettings,
};
use futures_util::future::BoxFuture;
use mc_vocabulary::Clock;
use redis::{
    IntoConnectionInfo,
    aio::{ConnectionManager, ConnectionManagerConfig},
    io::tcp::{TcpSettings, socket2::TcpKeepalive},
};
use secrecy::{ExposeSecret, SecretString};
use sqlx::{
    AssertSqlSafe, Connection, PgConnection, PgPool,
    migrate::{MigrateError, Migrator},
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
    /// `deploy/postgres` was not applied, or is that of an earlier version.
    #[error("missing: {0}. Apply deploy/postgres as the owner of the database, then migrate")]
    NotPrepared(String),
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

/// Connections of a service's worker role, which sees the rows of every organization. A type of its
/// own, so that a worker's pool and a serving pool are never used in place of each other.
#[derive(Debug, Clone)]
pub struct WorkerPool(PgPool);

impl WorkerPool {
    /// `pool` connects as the worker role, or as the owner of the schema.
    pub fn new(pool: PgPool) -> Self {
        Self(pool)
    }

    /// The pool, for a statement outside of a transaction.
    pub fn pool(&self) -> &PgPool {
        &self.0
    }
}

/// What the connections of a pool are for: it decides their number and their limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Requests.
    Serving,
    /// Workers and consumers.
    Worker,
    /// Reads that take longer than others may wait: searches of a large log, reports.
    LongReads,
    /// Commands, which are run one at a time beside the service: maintenance, backups.
    Command,
}

/// How long a connection that comes back may take to end what it was doing. One that takes longer
/// was in the middle of a statement whose caller is gone: it is closed.
const RELEASE_LIMIT: Duration = Duration::from_millis(250);

/// A command's longest statement, in milliseconds: an hour.
const COMMAND_STATEMENT_TIMEOUT_MS: u64 = 3_600_000;

/// A server that hears nothing from the machine of a client for 25 s ends its transaction and frees
/// its locks; a statement whose client has closed the connection ends within 2 s. Set on each
/// connection, so that it holds whatever the server's own settings are.
const CLIENT_IS_GONE: [(&str, &str); 5] = [
    ("tcp_keepalives_idle", "10"),
    ("tcp_keepalives_interval", "5"),
    ("tcp_keepalives_count", "3"),
    ("tcp_user_timeout", "25000"),
    ("client_connection_check_interval", "2000"),
];

/// A pool that connects on first use, so that a process starts while its database is unavailable.
/// Every statement, every wait for a lock and every pause within a transaction has a limit.
///
/// # Errors
/// If the URL is malformed.
pub fn postgres(
    url: &SecretString,
    settings: &DatabaseSettings,
    purpose: Purpose,
    application: &str,
) -> Result<PgPool, PoolError> {
    postgres_heard(url, settings, purpose, application, Heard::default())
}

/// The same; `heard` learns when the database last answered a connection of the pool.
///
/// # Errors
/// If the URL is malformed.
pub fn postgres_heard(
    url: &SecretString,
    settings: &DatabaseSettings,
    purpose: Purpose,
    application: &str,
    heard: Heard,
) -> Result<PgPool, PoolError> {
    let (connections, statement_ms) = match purpose {
        Purpose::Serving => (settings.connections_max, settings.statement_timeout_ms),
        Purpose::Worker => (settings.worker_connections_max, settings.worker_statement_timeout_ms),
        Purpose::LongReads => (
            (settings.long_read_connections_max / 2).max(1),
            settings.long_read_statement_timeout_ms,
        ),
        Purpose::Command => (settings.connections_max, COMMAND_STATEMENT_TIMEOUT_MS),
    };
    let limits = [
        ("statement_timeout", statement_ms),
        ("lock_timeout", settings.lock_timeout_ms),
        (
            "idle_in_transaction_session_timeout",
            settings.idle_in_transaction_timeout_ms,
        ),
    ];
    let options = PgConnectOptions::from_str(url.expose_secret())?
        .application_name(application)
        .options(limits)
        .options(CLIENT_IS_GONE);
    Ok(PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_millis(settings.acquire_timeout_ms))
        .after_release(move |connection, _| {
            let heard = heard.clone();
            Box::pin(async move {
                let is_idle = is_idle(connection).await;
                if is_idle {
                    heard.now();
                }
                Ok(is_idle)
            })
        })
        .connect_lazy_with(options))
}

/// Whether the server answers at once: nothing that was sent before is still being done.
async fn is_idle(connection: &mut PgConnection) -> bool {
    matches!(tokio::time::timeout(RELEASE_LIMIT, connection.ping()).await, Ok(Ok(())))
}

/// How long a statement of a migration waits for a lock. While it waits, every later statement on
/// that table waits behind it: so it gives way, and the migration is tried again.
const MIGRATION_LOCK_TIMEOUT_MS: u64 = 2_000;

/// How often a migration that finds a table locked is tried.
const MAX_MIGRATION_ATTEMPTS: u32 = 60;

/// Applies pending migrations as the role that owns the schema. One that cannot have a lock within
/// two seconds is rolled back and tried again, for about five minutes.
///
/// # Errors
/// [`PoolError::NotPrepared`] if `deploy/postgres` was not applied; otherwise if the database is
/// unreachable or a migration fails.
pub fn migrate<'a>(
    url: &'a SecretString,
    migrator: &'a Migrator,
    schema: &'static str,
) -> BoxFuture<'a, Result<(), PoolError>> {
    Box::pin(async move {
        let options = PgConnectOptions::from_str(url.expose_secret())?
            .application_name("migrate")
            .options([("lock_timeout", MIGRATION_LOCK_TIMEOUT_MS)])
            .options(CLIENT_IS_GONE);
        let mut attempt = 1;
        loop {
            // A connection of its own: one whose migration failed holds the lock of all migrations.
            let mut connection = PgConnection::connect_with(&options).await?;
            require_prepared(&mut connection, schema).await?;
            let done = migrator.run_direct(None, &mut connection, false).await;
            let _ = connection.close().await;
            match done {
                Err(error) if attempt < MAX_MIGRATION_ATTEMPTS && is_locked(&error) => {
                    tracing::warn!(attempt, error.message = %error, "a table is in use; the migration is tried again");
                    let pause = Duration::from_millis(500 * u64::from(attempt.min(10)));
                    tokio::time::sleep(pause).await;
                    attempt += 1;
                }
                done => return Ok(done?),
            }
        }
    })
}

/// Whether a lock was not given within its time (55P03), or each of two waited for the other
/// (40P01).
fn is_locked(error: &MigrateError) -> bool {
    let (MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _)) = error else {
        return false;
    };
    let code = cause.as_database_error().and_then(sqlx::error::DatabaseError::code);
    matches!(code.as_deref(), Some("55P03" | "40P01"))
}

/// Requires what `deploy/postgres` makes, and migrations rely on: the schemas and the roles.
async fn require_prepared(connection: &mut PgConnection, schema: &'static str) -> Result<(), PoolError> {
    let missing: Option<String> = sqlx::query_scalar(
        "SELECT string_agg(what, ', ') FROM (VALUES \
           (to_regnamespace($1) IS NULL, 'schema ' || $1), \
           (to_regnamespace('tenancy') IS NULL, 'schema tenancy'), \
           (to_regprocedure('tenancy.current_organization()') IS NULL AND to_regnamespace('tenancy') IS NOT NULL, \
              'function tenancy.current_organization'), \
           (to_regrole('mc_' || $1 || '_serving') IS NULL, 'role mc_' || $1 || '_serving'), \
           (to_regrole('mc_' || $1 || '_worker') IS NULL, 'role mc_' || $1 || '_worker'), \
           (to_regrole('mc_' || $1) IS NULL, 'role mc_' || $1)) AS part (missing, what) WHERE missing",
    )
    .bind(schema)
    .fetch_one(connection)
    .await?;
    match missing {
        None => Ok(()),
        Some(missing) => Err(PoolError::NotPrepared(missing)),
    }
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

/// A connection on which Redis was sent something and acknowledged nothing for this time is closed.
const REDIS_SILENCE: Duration = Duration::from_secs(5);

/// A connection to Redis that reconnects by itself, opened in the background on first use.
///
/// # Errors
/// If the URL is malformed.
pub fn redis(url: &SecretString) -> Result<ConnectionManager, PoolError> {
    let tcp = TcpSettings::default()
        .set_keepalive(
            TcpKeepalive::new()
                .with_time(REDIS_SILENCE)
                .with_interval(REDIS_SILENCE),
        )
        .set_user_timeout(REDIS_SILENCE);
    let info = url.expose_secret().into_connection_info()?.set_tcp_settings(tcp);
    let config = ConnectionManagerConfig::new()
        .set_number_of_retries(1)
        .set_response_timeout(Some(Duration::from_millis(500)))
        .set_connection_timeout(Some(Duration::from_millis(500)));
    Ok(ConnectionManager::new_lazy_with_config(
        redis::Client::open(info)?,
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
