//! The outbox and the inbox at size: divided by day, written together, out of the serving role's
//! reach.

use crate::{MIGRATOR, mailbox, record};
use mc_access::tenancy;
use mc_testkit::{Database, broker};
use mc_vocabulary::OrganizationId;
use sqlx::{AssertSqlSafe, Executor};
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

#[tokio::test]
async fn the_serving_role_adds_events_of_its_organization_and_can_do_nothing_else_with_them() {
    mc_chassis::install_crypto();
    let database = Database::fresh("auth", &MIGRATOR).await;
    let (mailbox, organization_id) = (mailbox("auth", &database, &broker()), OrganizationId::new());
    mailbox
        .enqueue_now(Some(organization_id), &record("own"))
        .await
        .unwrap();

    let mut allowed = Vec::new();
    for sql in [
        "UPDATE auth.outbox SET published_at = now()",
        "UPDATE auth.outbox SET envelope = '{}'",
        "DELETE FROM auth.outbox",
        "SELECT count(*) FROM auth.outbox",
        "DELETE FROM auth.inbox",
        "SELECT auth.maintain_mailbox(0, 0, 0)",
        "TRUNCATE auth.outbox",
    ] {
        let mut transaction = tenancy::begin(&database.serving, organization_id).await.unwrap();
        if transaction.execute(sql).await.is_ok() {
            allowed.push(sql);
        }
    }
    let days: Vec<String> = sqlx::query_scalar(
        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent IN ('auth.outbox'::regclass, 'auth.inbox'::regclass)",
    )
    .fetch_all(&database.owner)
    .await
    .unwrap();
    assert!(days.len() > 6, "{days:?}");
    for day in days {
        let mut transaction = tenancy::begin(&database.serving, organization_id).await.unwrap();
        let around = format!("SELECT count(*) FROM {day}");
        assert!(
            transaction.execute(AssertSqlSafe(around)).await.is_err(),
            "{day} goes around the policy"
        );
    }
    assert!(allowed.is_empty(), "{allowed:?}");
    // An event of another organization is refused by the policy.
    let mut transaction = tenancy::begin(&database.serving, organization_id).await.unwrap();
    let other = Some(OrganizationId::new());
    assert!(
        mailbox
            .enqueue(&mut transaction, other, &record("other"))
            .await
            .is_err()
    );
}

#[tokio::test]
async fn a_day_is_dropped_once_nothing_in_it_waits() {
    mc_chassis::install_crypto();
    let database = Database::fresh("auth", &MIGRATOR).await;
    let mailbox = mailbox("auth", &database, &broker());
    for sql in [
        "CREATE TABLE auth.outbox_20261101 (LIKE auth.outbox INCLUDING ALL)",
        "CREATE TABLE auth.inbox_20260901 (LIKE auth.inbox INCLUDING ALL)",
    ] {
        database.owner.execute(sql).await.unwrap();
    }
    for (parent, day, date) in [
        ("outbox", "20261101", "2026-11-01"),
        ("inbox", "20260901", "2026-09-01"),
    ] {
        let ids = format!("SELECT auth.first_id_of('{date}')::text, auth.first_id_of(date '{date}' + 1)::text");
        let (from, to): (String, String) = sqlx::query_as(AssertSqlSafe(ids))
            .fetch_one(&database.owner)
            .await
            .unwrap();
        let attach = format!(
            "ALTER TABLE auth.{parent} ATTACH PARTITION auth.{parent}_{day} FOR VALUES FROM ('{from}') TO ('{to}')"
        );
        database.owner.execute(AssertSqlSafe(attach)).await.unwrap();
    }
    let waiting = "INSERT INTO auth.outbox (id, envelope) VALUES (auth.first_id_of('2026-11-01'), '{\"type\": \"auth.audit.recorded.v1\"}')";
    database.owner.execute(waiting).await.unwrap();
    mailbox.maintain_once().await.unwrap();
    let exists = |name: &'static str| {
        let owner = database.owner.clone();
        async move {
            let sql = "SELECT to_regclass($1) IS NOT NULL";
            sqlx::query_scalar::<_, bool>(sql)
                .bind(name)
                .fetch_one(&owner)
                .await
                .unwrap()
        }
    };
    assert!(exists("auth.outbox_20261101").await, "an event waits in it");
    assert!(!exists("auth.inbox_20260901").await);
    database
        .owner
        .execute("UPDATE auth.outbox SET published_at = now() WHERE published_at IS NULL")
        .await
        .unwrap();
    mailbox.maintain_once().await.unwrap();
    assert!(!exists("auth.outbox_20261101").await);
    let today: i64 = database.count("SELECT count(*) FROM auth.outbox_other").await;
    assert_eq!(today, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records_of_concurrent_requests_share_commits_and_one_that_fails_fails_alone() {
    mc_chassis::install_crypto();
    let database = Database::fresh("auth", &MIGRATOR).await;
    let mailbox = mailbox("auth", &database, &broker());
    let tasks: Vec<_> = (0..60)
        .map(|n| {
            let mailbox = mailbox.clone();
            tokio::spawn(async move {
                // A text that Postgres cannot store (22P05).
                let action = if n == 30 { "\u{0}".to_owned() } else { n.to_string() };
                mailbox.enqueue_now(Some(OrganizationId::new()), &record(&action)).await
            })
        })
        .collect();
    let mut failed = Vec::new();
    for (n, task) in tasks.into_iter().enumerate() {
        if task.await.unwrap().is_err() {
            failed.push(n);
        }
    }
    assert_eq!(failed, [30]);
    let rows: Vec<(String, String)> = sqlx::query_as("SELECT envelope->'data'->>'action', xmin::text FROM auth.outbox")
        .fetch_all(&database.owner)
        .await
        .unwrap();
    let actions: BTreeSet<_> = rows.iter().map(|(action, _)| action).collect();
    assert_eq!((rows.len(), actions.len()), (59, 59));
}

/// Waits until one writer waits for a lock on the outbox.
async fn first_waits(database: &Database) {
    mc_testkit::eventually("the first record waits for the lock", || async {
        let waiting = "SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation \
                       WHERE c.relname = 'outbox' AND NOT l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        (database.count(waiting).await == 1).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records_that_come_together_are_written_in_few_commits() {
    mc_chassis::install_crypto();
    let database = Database::fresh("auth", &MIGRATOR).await;
    let mailbox = mailbox("auth", &database, &broker());
    // While the first waits for a lock, the others gather.
    let mut lock = database.owner.acquire().await.unwrap();
    lock.execute("BEGIN; LOCK TABLE auth.outbox IN SHARE MODE")
        .await
        .unwrap();
    let tasks: Vec<_> = (0..40)
        .map(|n: i32| {
            let mailbox = mailbox.clone();
            tokio::spawn(async move {
                let organization_id = Some(OrganizationId::new());
                mailbox.enqueue_now(organization_id, &record(&n.to_string())).await
            })
        })
        .collect();
    first_waits(&database).await;
    lock.execute("COMMIT").await.unwrap();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    let commits = database
        .count("SELECT count(DISTINCT xmin::text) FROM auth.outbox")
        .await;
    assert_eq!(database.count("SELECT count(*) FROM auth.outbox").await, 40);
    assert!(commits <= 5, "{commits} commits for 40 records");
}

/// More than twice as many as one commit takes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_records_than_one_commit_takes_are_each_answered_when_they_are_there() {
    const COUNT: usize = 450;
    mc_chassis::install_crypto();
    let database = Database::fresh("auth", &MIGRATOR).await;
    let mailbox = mailbox("auth", &database, &broker());
    let organizations = [OrganizationId::new(), OrganizationId::new()];
    let mut lock = database.owner.acquire().await.unwrap();
    lock.execute("BEGIN; LOCK TABLE auth.outbox IN SHARE MODE")
        .await
        .unwrap();
    let (begun, mut tasks) = (Arc::new(AtomicUsize::new(0)), Vec::new());
    for n in 0..COUNT {
        let (mailbox, owner, begun) = (mailbox.clone(), database.owner.clone(), Arc::clone(&begun));
        tasks.push(tokio::spawn(async move {
            begun.fetch_add(1, Ordering::Relaxed);
            // A text that Postgres cannot store (22P05), in the middle of a full batch.
            let action = if n == 300 { "\u{0}".to_owned() } else { n.to_string() };
            mailbox
                .enqueue_now(Some(organizations[n % 2]), &record(&action))
                .await?;
            let own = sqlx::query_scalar::<_, i64>(
                "SELECT count(*) FROM auth.outbox WHERE envelope->'data'->>'action' = $1 AND organization_id = $2",
            );
            let own = own.bind(action).bind(organizations[n % 2].uuid());
            own.fetch_one(&owner).await
        }));
        if n == 0 {
            first_waits(&database).await;
        }
    }
    mc_testkit::eventually("the others gather", || async {
        (begun.load(Ordering::Relaxed) == COUNT).then_some(())
    })
    .await;
    assert!(
        tasks.iter().all(|task| !task.is_finished()),
        "nothing is answered before it is there"
    );
    lock.execute("COMMIT").await.unwrap();
    for (n, task) in tasks.into_iter().enumerate() {
        match task.await.unwrap() {
            Ok(count) => assert_eq!((n == 300, count), (false, 1), "{n}"),
            Err(error) => assert_eq!(n, 300, "{error}"),
        }
    }
    assert_eq!(
        database.count("SELECT count(*) FROM auth.outbox").await,
        i64::try_from(COUNT).unwrap() - 1
    );
    let largest = "SELECT max(n) FROM (SELECT count(*) AS n FROM auth.outbox GROUP BY xmin::text) commits";
    assert_eq!(database.count(largest).await, 200, "a commit has a bound");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_that_goes_away_in_the_middle_takes_no_other_record_along() {
    mc_chassis::install_crypto();
    let database = Database::fresh("auth", &MIGRATOR).await;
    let mailbox = mailbox("auth", &database, &broker());
    let mut lock = database.owner.acquire().await.unwrap();
    lock.execute("BEGIN; LOCK TABLE auth.outbox IN SHARE MODE")
        .await
        .unwrap();
    let write = |n: i32| {
        let mailbox = mailbox.clone();
        tokio::spawn(async move {
            mailbox
                .enqueue_now(Some(OrganizationId::new()), &record(&n.to_string()))
                .await
        })
    };
    let first = write(0);
    first_waits(&database).await;
    let others: Vec<_> = (1..10).map(write).collect();
    first.abort();
    lock.execute("COMMIT").await.unwrap();
    for other in others {
        other.await.unwrap().unwrap();
    }
    let count = "SELECT count(*) FROM auth.outbox WHERE envelope->'data'->>'action' <> '0'";
    assert_eq!(database.count(count).await, 9);
}
