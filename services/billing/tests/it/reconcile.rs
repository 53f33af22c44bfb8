//! The worker: every payment that is not final is looked at until it is.

use crate::app::{BillingOptions, TestApp};
use chrono::Duration;
use mc_contracts::ConsentDecision;
use mc_testkit::{TestOptions, eventually};
use mc_vocabulary::Clock;
use serde_json::json;
use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};
use tokio::{net::TcpListener, sync::Mutex};

#[actix_web::test]
async fn every_status_that_is_not_final_is_looked_at_without_any_webhook() {
    let (app, clock) = TestApp::start_with_clock().await;
    let statuses = [
        ("requires_action", "requires_action"),
        ("requires_payment_method", "requires_payment_method"),
        ("requires_confirmation", "requires_payment_method"),
        ("processing", "processing"),
    ];
    let mut payments = Vec::new();
    for (theirs, ours) in statuses {
        app.stripe.makes_intents(theirs);
        let (_, payment) = app.charge(theirs).await;
        assert_eq!(payment["status"], ours);
        payments.push(payment);
    }
    assert_eq!(app.forgotten().await, 0);
    clock.advance(Duration::minutes(1));
    eventually("each to be read once, and again in twice the time", || async {
        let later: i64 = sqlx::query_scalar("SELECT count(*) FROM billing.payments WHERE next_attempt_at > $1")
            .bind(clock.now() + Duration::seconds(90))
            .fetch_one(&app.database.owner)
            .await
            .unwrap();
        (later == 4).then_some(())
    })
    .await;
    for payment in &payments {
        app.stripe.changes(payment, "succeeded");
    }
    clock.advance(Duration::hours(1));
    for payment in &payments {
        app.stored_becomes(payment, "succeeded").await;
    }
    assert_eq!(
        app.audited("billing.payment.processed").await.len(),
        8,
        "each change once"
    );
}

#[actix_web::test]
async fn a_declined_card_that_is_followed_by_another_is_noticed_without_a_webhook() {
    let (app, clock) = TestApp::start_with_clock().await;
    app.stripe.declines();
    assert_eq!(app.charge("k1").await.0, 402);
    let intent = app.stripe.intents().remove(0);
    let payment = json!({ "payment_id": intent["metadata"]["payment_id"] });
    app.stripe.changes(&payment, "succeeded");
    clock.advance(Duration::hours(1));
    app.stored_becomes(&payment, "succeeded").await;
}

#[actix_web::test]
async fn an_intent_that_the_patient_gave_up_is_canceled_after_a_day() {
    let (app, clock) = TestApp::start_with_clock().await;
    app.stripe.makes_intents("requires_payment_method");
    let (_, payment) = app.charge("k1").await;
    clock.advance(Duration::hours(24));
    let code = app.stored_becomes(&payment, "canceled").await;
    assert_eq!(code.as_deref(), Some("abandoned"));
    assert_eq!(app.stripe.intents()[0]["status"], "canceled", "nobody can pay it later");
}

#[actix_web::test]
async fn a_payment_that_an_older_release_left_without_a_time_is_looked_at() {
    let (app, _) = TestApp::start_with_clock().await;
    app.stripe.makes_intents("requires_action");
    let (_, payment) = app.charge("k1").await;
    app.stripe.changes(&payment, "succeeded");
    sqlx::query("UPDATE billing.payments SET next_attempt_at = NULL")
        .execute(&app.database.owner)
        .await
        .unwrap();
    app.stored_becomes(&payment, "succeeded").await;
}

#[actix_web::test]
async fn while_the_breaker_is_open_no_attempt_is_wasted() {
    let app = TestApp::start_with(BillingOptions {
        breaker: Some((3, 1_000)),
        ..BillingOptions::default()
    })
    .await;
    app.consents("enc-1", ConsentDecision::Permit).await;
    app.stripe.is_down();
    for key in ["k1", "k2", "k3", "k4", "k5"] {
        assert_eq!(app.charge(key).await.0, 202);
    }
    let sent_by_requests = 3;
    let probes_failed = "SELECT count(*) FROM billing.outbox WHERE envelope -> 'data' ->> 'reason' = 'probe_failed'";
    eventually("two probes of the breaker", || async {
        (app.database.count(probes_failed).await >= 2).then_some(())
    })
    .await;
    eventually("every attempt that counts to be a call that was made", || async {
        let attempts = app
            .database
            .count("SELECT sum(attempts)::bigint FROM billing.payments")
            .await;
        let calls = i64::try_from(app.stripe.charges().len()).unwrap() - sent_by_requests;
        (attempts <= calls).then_some(())
    })
    .await;
}

#[actix_web::test]
async fn four_payments_are_at_the_processor_at_once_and_no_more() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    // Connections are closed at once, until they are held.
    let (holds, held) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
    let accepted = Arc::new(AtomicUsize::new(0));
    let server = {
        let (holds, held, accepted) = (Arc::clone(&holds), Arc::clone(&held), Arc::clone(&accepted));
        async move {
            while let Ok((connection, _)) = listener.accept().await {
                if holds.load(Ordering::SeqCst) {
                    accepted.fetch_add(1, Ordering::SeqCst);
                    held.lock().await.push(connection);
                }
            }
        }
    };
    actix_web::rt::spawn(server);
    let clock = Clock::manual(chrono::Utc::now());
    let app = TestApp::start_with(BillingOptions {
        stripe_url: Some(url),
        breaker: Some((100, 1_000)),
        test: TestOptions {
            clock: clock.clone(),
            ..TestOptions::default()
        },
        ..BillingOptions::default()
    })
    .await;
    app.consents("enc-1", ConsentDecision::Permit).await;
    for number in 0..7 {
        assert_eq!(app.charge(&format!("k{number}")).await.0, 202);
    }
    holds.store(true, Ordering::SeqCst);
    clock.advance(Duration::minutes(1));
    let at_the_processor = |count: usize| {
        let accepted = Arc::clone(&accepted);
        async move {
            eventually("payments at the processor", || async {
                (accepted.load(Ordering::SeqCst) >= count).then_some(())
            })
            .await;
        }
    };
    at_the_processor(4).await;
    assert_eq!(held.lock().await.len(), 4, "three more are due and wait");
    // Each that ends makes room for another.
    held.lock().await.pop();
    at_the_processor(5).await;
    held.lock().await.clear();
    at_the_processor(7).await;
    // The service stops without waiting for those that are held.
    holds.store(false, Ordering::SeqCst);
    held.lock().await.clear();
}
