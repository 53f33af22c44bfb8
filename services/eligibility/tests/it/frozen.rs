//! Servers from which nothing arrives, although they refuse nothing: readiness is answered from
//! memory, what does not need them succeeds, and everything recovers alone.

use crate::app::{EligibilityOptions, TestApp, VERIFY};
use futures_util::future::join_all;
use mc_testkit::{ChaosProxy, TestOptions, broker, eventually, setting};
use mc_vocabulary::Role;
use reqwest::Method;
use sqlx::{Postgres, Transaction};
use std::time::{Duration, Instant};

/// Far more than an answer from memory takes, also on a busy machine, and far less than any time
/// limit of a probe.
const FROM_MEMORY: Duration = Duration::from_millis(400);

async fn behind_a_proxy(change: impl FnOnce(&mut EligibilityOptions)) -> (TestApp, ChaosProxy) {
    let proxy = ChaosProxy::before_url(&setting("MC_TEST_POSTGRES_URL")).await;
    let mut options = EligibilityOptions {
        test: TestOptions {
            database_port: Some(proxy.port),
            ..TestOptions::default()
        },
        ..EligibilityOptions::default()
    };
    change(&mut options);
    (TestApp::start_with(options).await, proxy)
}

/// The status of readiness, which must be answered at once.
async fn readiness(app: &TestApp) -> u16 {
    let started = Instant::now();
    let response = app.call(Method::GET, "/health/readiness", None, None).await;
    assert!(started.elapsed() < FROM_MEMORY, "{:?}", started.elapsed());
    response.status().as_u16()
}

async fn until_readiness_is(app: &TestApp, status: u16) {
    let what = format!("{status} from readiness");
    eventually(&what, || async { (readiness(app).await == status).then_some(()) }).await;
}

/// Until it ends, every statement on coverages waits.
async fn block(app: &TestApp) -> Transaction<'static, Postgres> {
    let mut blocking = app.database.owner.begin().await.unwrap();
    sqlx::query("LOCK TABLE eligibility.coverages IN ACCESS EXCLUSIVE MODE")
        .execute(&mut *blocking)
        .await
        .unwrap();
    blocking
}

/// Until every connection for requests waits for a lock.
async fn until_five_wait(app: &TestApp) {
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'eligibility' AND wait_event_type = 'Lock'";
    eventually("five statements that wait", || async {
        (app.database.count(waiting).await == 5).then_some(())
    })
    .await;
}

#[actix_web::test]
async fn while_postgres_is_frozen_readiness_is_answered_at_once_and_it_recovers_alone() {
    let (app, proxy) = behind_a_proxy(|_| {}).await;
    let id = app.add_coverage().await;
    app.verify(&id).await;
    assert_eq!(readiness(&app).await, 200);

    proxy.freeze();
    until_readiness_is(&app, 503).await;
    let started = Instant::now();
    assert_eq!(app.component("database").await["status"], "unhealthy");
    assert_eq!(app.component("outbox").await["status"], "unhealthy");
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    let alive = app.call(Method::GET, "/health/liveness", None, None).await;
    assert_eq!(alive.status(), 200);

    proxy.restore();
    until_readiness_is(&app, 200).await;
    eventually("a live answer after the freeze", || async {
        let path = format!("{VERIFY}?coverage_id={id}");
        let (status, verification) = app.request(Method::GET, &path, &app.token(Role::Staff), None).await;
        (status == 200 && verification["outcome"] == "live").then_some(())
    })
    .await;
}

#[actix_web::test]
async fn a_replica_whose_connections_were_lost_ends_what_hangs_and_serves_again() {
    let (app, proxy) = behind_a_proxy(|options| {
        options.request_timeout_ms = Some(3_000);
        options.workers_are_direct = true;
        options.test.leaves = Some("the server ends the transactions of lost connections after 15 s");
    })
    .await;
    let id = app.add_coverage().await;
    let blocking = block(&app).await;
    let path = format!("{VERIFY}?coverage_id={id}");
    let staff = app.token(Role::Staff);
    let asking = join_all((0..5).map(|_| app.call(Method::GET, &path, Some(&staff), None)));
    let losing = async {
        until_five_wait(&app).await;
        proxy.lose();
        // Their statements end now, and nobody hears of it.
        blocking.rollback().await.unwrap();
    };
    let (ended, ()) = tokio::join!(asking, losing);
    assert!(ended.iter().all(|response| response.status() == 503));
    until_readiness_is(&app, 503).await;

    proxy.restore();
    until_readiness_is(&app, 200).await;
    eventually("a live answer on new connections", || async {
        let (status, verification) = app.request(Method::GET, &path, &staff, None).await;
        (status == 200 && verification["outcome"] == "live").then_some(())
    })
    .await;
}

#[actix_web::test]
async fn a_pool_whose_connections_all_wait_is_busy_and_the_replica_stays_ready() {
    let app = TestApp::start().await;
    let id = app.add_coverage().await;
    let blocking = block(&app).await;
    let path = format!("{VERIFY}?coverage_id={id}");
    let staff = app.token(Role::Staff);
    let waiting = join_all((0..5).map(|_| app.call(Method::GET, &path, Some(&staff), None)));
    let watching = async {
        loop {
            assert_eq!(readiness(&app).await, 200);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    // They wait for the lock as long as a statement may, which is longer than three probes.
    let refused = tokio::select! {
        refused = waiting => refused,
        () = watching => unreachable!(),
    };
    assert!(refused.iter().all(|response| response.status().is_server_error()));
    blocking.rollback().await.unwrap();
    assert_eq!(app.verify(&id).await["outcome"], "live");
}

#[actix_web::test]
async fn while_the_broker_is_frozen_it_serves_and_publishes_the_events_later() {
    let broker = broker();
    let proxy = ChaosProxy::before_url(&broker.operator_url).await;
    broker.declare("audit.log", "*.audit.recorded.v1").await;
    let app = TestApp::start_with(EligibilityOptions {
        test: TestOptions {
            broker_port: Some(proxy.port),
            ..TestOptions::default()
        },
        broker: Some(broker.clone()),
        ..EligibilityOptions::default()
    })
    .await;
    let id = app.add_coverage().await;
    proxy.freeze();
    assert_eq!(app.verify(&id).await["outcome"], "live");
    assert_eq!(readiness(&app).await, 200);
    proxy.restore();
    eventually("an empty outbox", || async {
        let left = app
            .database
            .count("SELECT count(*) FROM eligibility.outbox WHERE published_at IS NULL")
            .await;
        (left == 0).then_some(())
    })
    .await;
    assert_eq!(broker.ready("audit.log").await, Some(2));
}

#[actix_web::test]
async fn what_waits_in_the_outbox_is_a_metric() {
    let app = TestApp::start().await;
    eventually("the metrics", || async {
        let metrics = app.call(Method::GET, "/metrics", None, None).await;
        let text = metrics.text().await.unwrap();
        (text.contains("\nmailbox_outbox_waiting{") && text.contains("\nmailbox_outbox_oldest_age_seconds{"))
            .then_some(())
    })
    .await;
}
