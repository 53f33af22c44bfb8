//! Programs of the last release beside today's: they charge nothing that today's canceled, gave
//! another key, or must search for first.

use crate::app::TestApp;
use chrono::{DateTime, Duration, Utc};
use mc_testkit::eventually;
use serde_json::Value;
use uuid::Uuid;

/// As the last release claims the next payment that is due: it charges it then.
const CLAIM: &str = "UPDATE billing.payments SET next_attempt_at = $2, attempts = attempts + 1 \
     WHERE id = (SELECT id FROM billing.payments WHERE next_attempt_at <= $1 ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED) \
     RETURNING id";

async fn claimed(app: &TestApp, now: DateTime<Utc>) -> Option<Uuid> {
    let mut transaction = app.database.owner.begin().await.unwrap();
    for sql in [
        "SET LOCAL ROLE mc_billing",
        "SET LOCAL medconnect.organization = 'platform'",
    ] {
        sqlx::query(sql).execute(&mut *transaction).await.unwrap();
    }
    let claimed = sqlx::query_scalar(CLAIM)
        .bind(now + Duration::days(1))
        .bind(now + Duration::days(2))
        .fetch_optional(&mut *transaction)
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    claimed
}

async fn change(app: &TestApp, sql: &'static str) {
    sqlx::query(sql).execute(&app.database.owner).await.unwrap();
}

async fn pending(app: &TestApp) -> Value {
    app.stripe.is_down();
    let (status, payment) = app.charge("k1").await;
    assert_eq!(status, 202);
    payment
}

#[actix_web::test]
async fn a_program_of_the_last_release_does_not_charge_what_was_canceled_or_has_another_key() {
    let (app, clock) = TestApp::start_with_clock().await;
    let payment = pending(&app).await;
    let id = payment["payment_id"].as_str().unwrap().parse::<Uuid>().unwrap();
    assert_eq!(claimed(&app, clock.now()).await, Some(id), "it may charge others");
    for (change_to, back) in [
        (
            "UPDATE billing.payments SET cancel_reason = 'consent_withdrawn'",
            "UPDATE billing.payments SET cancel_reason = NULL",
        ),
        (
            "UPDATE billing.payments SET key_generation = 1",
            "UPDATE billing.payments SET key_generation = 0",
        ),
        (
            "UPDATE billing.payments SET created_at = now() - interval '23 hours'",
            "UPDATE billing.payments SET created_at = now()",
        ),
    ] {
        change(
            &app,
            "UPDATE billing.payments SET next_attempt_at = now() + interval '1 hour'",
        )
        .await;
        change(&app, change_to).await;
        assert_eq!(claimed(&app, clock.now()).await, None, "{change_to}");
        change(&app, back).await;
    }
    assert_eq!(app.cancel(&payment).await.0, 202);
    assert_eq!(claimed(&app, clock.now()).await, None, "canceled by a user");
}

#[actix_web::test]
async fn an_attempt_of_a_program_of_the_last_release_counts_as_one_that_may_still_arrive() {
    let (app, clock) = TestApp::start_with_clock().await;
    let payment = pending(&app).await;
    // As after an attempt that was never sent.
    change(
        &app,
        "UPDATE billing.payments SET key_first_used_at = NULL, key_last_used_at = NULL",
    )
    .await;
    assert!(claimed(&app, clock.now()).await.is_some());
    app.stripe.succeeds();
    assert_eq!(app.cancel(&payment).await.0, 202, "it may be at the processor");
    app.stripe.receives_late(&payment, "requires_action");
    eventually("the payment to be canceled", || async {
        clock.advance(Duration::minutes(1));
        (app.stored(&payment).await.0 == "canceled").then_some(())
    })
    .await;
    assert_eq!(app.stripe.intents()[0]["status"], "canceled");
}
