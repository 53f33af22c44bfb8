//! Breaker events: applied once, the latest wins, and used where their service does not answer.

use crate::app::{ConsoleOptions, TestApp, part, report};
use chrono::{DateTime, Utc};
use mc_access::tenancy;
use mc_contracts::BreakerChanged;
use mc_mailbox::Mailbox;
use mc_testkit::{TestOptions, eventually};
use mc_vocabulary::Clock;
use serde_json::json;

/// Another service's outbox, over the same database and broker.
fn billing(app: &TestApp) -> Mailbox {
    Mailbox::new(
        "billing",
        "console",
        app.database.serving.clone(),
        app.database.worker.clone(),
        app.broker.secret_url(),
        &app.broker.prefix,
        Clock::System,
    )
}

async fn publish(app: &TestApp, to: &str, at: &str) {
    let event = BreakerChanged {
        upstream: "stripe".to_owned(),
        from: "CLOSED".to_owned(),
        to: to.to_owned(),
        at: at.parse::<DateTime<Utc>>().unwrap(),
        reason: "failure_threshold".to_owned(),
    };
    let mut transaction = tenancy::begin_as_platform(&app.database.worker).await.unwrap();
    billing(app).enqueue(&mut transaction, None, &event).await.unwrap();
    transaction.commit().await.unwrap();
}

async fn changes(app: &TestApp, count: i64) {
    eventually("the change is recorded", || async {
        (app.database.count("SELECT count(*) FROM console.breaker_changes").await == count).then_some(())
    })
    .await;
}

#[actix_web::test]
async fn a_change_is_reported_with_its_time_and_the_latest_wins() {
    let app = TestApp::start().await;
    publish(&app, "OPEN", "2026-01-01T00:10:00Z").await;
    changes(&app, 1).await;
    // The service reports nothing of Stripe: its event is used.
    app.simulated.billing.reset().await;
    let body = app.detailed_until("/breakers/stripe/state", "OPEN").await;
    assert_eq!(body["breakers"]["stripe"]["since"], "2026-01-01T00:10:00Z");
    assert_eq!(body["breakers"]["stripe"]["reason"], "failure_threshold");
    assert_eq!(body["components"]["circuit_breaker_state"], "OPEN");

    publish(&app, "CLOSED", "2026-01-01T00:05:00Z").await;
    changes(&app, 2).await;
    assert_eq!(app.detailed().await["breakers"]["stripe"]["state"], "OPEN");
    publish(&app, "HALF_OPEN", "2026-01-01T00:20:00Z").await;
    changes(&app, 3).await;
    app.detailed_until("/breakers/stripe/state", "HALF_OPEN").await;

    // The service's present report takes precedence over its events.
    let mut stripe = part("stripe");
    stripe["breaker"] = "CLOSED".into();
    report(&app.simulated.billing, json!([stripe])).await;
    let body = app.detailed_until("/breakers/stripe/state", "CLOSED").await;
    assert_eq!(body["breakers"]["stripe"]["since"], serde_json::Value::Null);
}

#[actix_web::test]
async fn an_event_that_is_delivered_twice_is_applied_once() {
    let app = TestApp::start().await;
    publish(&app, "OPEN", "2026-01-01T00:10:00Z").await;
    changes(&app, 1).await;
    sqlx::query("UPDATE console.outbox SET published_at = NULL")
        .execute(&app.database.owner)
        .await
        .unwrap();
    publish(&app, "CLOSED", "2026-01-01T00:11:00Z").await;
    changes(&app, 2).await;
    let doubled = "SELECT count(*) FROM console.inbox WHERE scope = 'console.breakers'";
    assert_eq!(app.database.count(doubled).await, 2);
    assert_eq!(app.broker.ready("console.breakers.dead").await, Some(0));
}

#[actix_web::test]
async fn an_event_of_an_unknown_state_is_dead_lettered() {
    let app = TestApp::start_with(ConsoleOptions {
        test: TestOptions {
            leaves: Some("the dead letter is the subject of the test"),
            ..TestOptions::default()
        },
        ..ConsoleOptions::default()
    })
    .await;
    publish(&app, "AJAR", "2026-01-01T00:10:00Z").await;
    eventually("a dead letter", || async {
        (app.broker.ready("console.breakers.dead").await == Some(1)).then_some(())
    })
    .await;
    assert_eq!(app.database.count("SELECT count(*) FROM console.breakers").await, 0);
}
