//! Callers disconnect at any moment: whatever they were waiting for, no transaction stays open, and
//! no connection is used that is in the middle of one.
#![expect(clippy::unwrap_used, reason = "a panic here is a failed test")]

use mc_access::tenancy::{self, Transaction};
use mc_chassis::{
    pools::{self, Purpose},
    settings::DatabaseSettings,
};
use mc_testkit::{Database, eventually};
use mc_vocabulary::OrganizationId;
use sqlx::{PgPool, migrate::Migrator};
use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
};

static MIGRATOR: Migrator = sqlx::migrate!("../../migrations/billing");

/// What a step of the test works on.
struct World {
    database: Database,
    /// One connection, so that one that was left in the middle is what the next caller gets.
    pool: PgPool,
    organization_id: OrganizationId,
}

impl World {
    async fn new(limits: impl FnOnce(&mut DatabaseSettings)) -> Self {
        mc_chassis::install_crypto();
        let database = Database::fresh("billing", &MIGRATOR).await;
        let mut settings = DatabaseSettings {
            connections_max: 1,
            ..DatabaseSettings::default()
        };
        limits(&mut settings);
        let pool = pools::postgres(&database.serving_url(), &settings, Purpose::Serving, "cancelled").unwrap();
        Self {
            database,
            pool,
            organization_id: OrganizationId::new(),
        }
    }

    /// Begins, adds a row, commits.
    async fn work(&self) {
        let mut transaction = tenancy::begin(&self.pool, self.organization_id).await.unwrap();
        insert(&mut transaction, self.organization_id).await.unwrap();
        transaction.commit().await.unwrap();
    }

    async fn rows(&self) -> i64 {
        self.database.count("SELECT count(*) FROM billing.consents").await
    }

    /// Transactions that wait for their next statement.
    async fn idle_in_transaction(&self) -> i64 {
        self.database
            .count(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'cancelled' \
                   AND state LIKE 'idle in transaction%'",
            )
            .await
    }
}

async fn insert(transaction: &mut Transaction, organization_id: OrganizationId) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO billing.consents VALUES ($1, gen_random_uuid()::text, gen_random_uuid(), 'permit', now())")
        .bind(organization_id.uuid())
        .execute(&mut **transaction)
        .await
        .map(drop)
}

/// Polls `future` at most `polls` times and drops it; whether it was completed.
async fn cancelled_after(polls: usize, future: impl Future<Output = ()>) -> bool {
    let mut future = pin!(future);
    let mut left = polls;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(false);
        }
        left -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(true),
            Poll::Pending if left == 0 => Poll::Ready(false),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// Cancels the work after each number of polls until it completes; returns that number.
async fn cancel_at_every_await_point(world: &World) -> usize {
    let mut polls = 0;
    loop {
        let is_completed = cancelled_after(polls, world.work()).await;
        // The next caller finds a connection outside of any transaction, of no organization.
        let (organization, pid): (Option<String>, i32) =
            sqlx::query_as("SELECT nullif(current_setting('medconnect.organization', true), ''), pg_backend_pid()")
                .fetch_one(&world.pool)
                .await
                .unwrap();
        assert_eq!(organization, None, "after {polls} polls");
        let sql = "SELECT state = 'idle' FROM pg_stat_activity WHERE pid = $1";
        let is_idle: bool = sqlx::query_scalar(sql)
            .bind(pid)
            .fetch_one(&world.database.owner)
            .await
            .unwrap();
        assert!(is_idle, "after {polls} polls the next caller is in a transaction");
        eventually("no transaction is open", || async {
            (world.idle_in_transaction().await == 0).then_some(())
        })
        .await;
        if is_completed {
            return polls;
        }
        polls += 1;
    }
}

/// An answer that comes at once is no await point: several passes reach them all.
#[tokio::test]
async fn no_transaction_stays_open_wherever_its_caller_is_cancelled() {
    let world = World::new(|_| {}).await;
    world.work().await;
    let mut polls = Vec::new();
    for _ in 0..12 {
        polls.push(cancel_at_every_await_point(&world).await);
    }
    println!("completed after {polls:?} polls");
    let most = polls.into_iter().max().unwrap();
    assert!(most >= 3, "begin, insert and commit each wait for the server");
}

#[tokio::test]
async fn a_connection_whose_commit_was_cancelled_is_closed_and_one_that_was_dropped_between_statements_is_not() {
    let world = World::new(|_| {}).await;
    let slow_commit = "CREATE FUNCTION billing.wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.5); RETURN NULL; END $$; \
         CREATE CONSTRAINT TRIGGER slow_commit AFTER INSERT ON billing.consents DEFERRABLE INITIALLY DEFERRED \
           FOR EACH ROW EXECUTE FUNCTION billing.wait()";
    sqlx::raw_sql(slow_commit).execute(&world.database.owner).await.unwrap();
    let pid = || async {
        let sql = "SELECT pg_backend_pid()";
        let pid: i32 = sqlx::query_scalar(sql).fetch_one(&world.pool).await.unwrap();
        pid
    };
    let first = pid().await;
    let mut transaction = tenancy::begin(&world.pool, world.organization_id).await.unwrap();
    insert(&mut transaction, world.organization_id).await.unwrap();
    drop(transaction);
    assert_eq!(pid().await, first, "dropped between two statements");
    assert_eq!(world.rows().await, 0, "rolled back");

    let mut transaction = tenancy::begin(&world.pool, world.organization_id).await.unwrap();
    insert(&mut transaction, world.organization_id).await.unwrap();
    let commit = async { transaction.commit().await.unwrap() };
    assert!(!cancelled_after(1, commit).await);
    assert_ne!(pid().await, first, "cancelled in COMMIT");
}

#[tokio::test]
async fn a_connection_in_the_middle_of_a_long_statement_is_closed_and_its_locks_are_freed() {
    let world = World::new(|_| {}).await;
    world.work().await;
    let lock = "LOCK TABLE billing.consents IN SHARE ROW EXCLUSIVE MODE";
    let mut holder = tenancy::begin(&world.pool, world.organization_id).await.unwrap();
    sqlx::query(lock).execute(&mut *holder).await.unwrap();
    // The caller of this one leaves while it is being run.
    let long = async {
        sqlx::query("SELECT pg_sleep(60)").execute(&mut *holder).await.unwrap();
    };
    assert!(!cancelled_after(1, long).await);
    drop(holder);
    // The pool has one connection: it is another one, and the lock is free once the server notices.
    eventually("the lock is free", || async {
        let mut transaction = tenancy::begin(&world.pool, world.organization_id).await.ok()?;
        sqlx::query("SET LOCAL lock_timeout = 100")
            .execute(&mut *transaction)
            .await
            .ok()?;
        sqlx::query(lock).execute(&mut *transaction).await.ok().map(drop)
    })
    .await;
}

#[tokio::test]
async fn a_transaction_whose_process_hangs_is_ended_and_its_locks_are_freed() {
    let world = World::new(|settings| settings.idle_in_transaction_timeout_ms = 300).await;
    let mut hanging = tenancy::begin(&world.pool, world.organization_id).await.unwrap();
    sqlx::query("SELECT pg_advisory_xact_lock(77)")
        .execute(&mut *hanging)
        .await
        .unwrap();
    eventually("another process takes the lock", || async {
        let sql = "SELECT pg_try_advisory_xact_lock(77)";
        let is_free: bool = sqlx::query_scalar(sql).fetch_one(&world.database.owner).await.unwrap();
        is_free.then_some(())
    })
    .await;
    assert!(
        hanging.commit().await.is_err(),
        "it lost its transaction, and learns so"
    );
    world.work().await;
}

#[tokio::test]
async fn every_limit_is_set_on_every_connection_of_every_purpose() {
    let world = World::new(|_| {}).await;
    let settings = DatabaseSettings::default();
    for purpose in [Purpose::Serving, Purpose::Worker, Purpose::LongReads, Purpose::Command] {
        let pool = pools::postgres(&world.database.serving_url(), &settings, purpose, "limits").unwrap();
        for setting in [
            "statement_timeout",
            "lock_timeout",
            "idle_in_transaction_session_timeout",
            "client_connection_check_interval",
            "tcp_keepalives_idle",
            "tcp_keepalives_interval",
            "tcp_keepalives_count",
            "tcp_user_timeout",
        ] {
            let value: String = sqlx::query_scalar("SELECT setting FROM pg_settings WHERE name = $1")
                .bind(setting)
                .fetch_one(&pool)
                .await
                .unwrap();
            assert_ne!(value, "0", "{purpose:?} {setting}");
        }
    }
}
