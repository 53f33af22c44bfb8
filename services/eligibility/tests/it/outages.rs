//! Verification while the payer does not answer: an outcome each time, never an error.

use crate::{app::TestApp, payer::Behavior};
use chrono::Duration;
use mc_testkit::eventually;
use serde_json::{Value, json};

#[actix_web::test]
async fn after_the_payer_dies_the_last_good_answer_is_returned_with_its_age() {
    let app = TestApp::start().await;
    let id = app.add_coverage().await;
    let live = app.verify(&id).await;
    app.clock.advance(Duration::seconds(90));
    app.payer_proxy.cut();
    let verification = app.verify(&id).await;
    assert_eq!(
        (&verification["outcome"], &verification["reason"]),
        (&json!("cached"), &json!("unreachable")),
        "{verification}"
    );
    assert_eq!(
        (&verification["age_s"], &verification["retry_after_s"]),
        (&json!(90), &json!(30))
    );
    for same in [
        "status",
        "plan",
        "copay",
        "deductible",
        "network",
        "payer_trace_number",
        "our_trace_number",
        "verified_at",
    ] {
        assert_eq!(verification[same], live[same], "{same}");
    }
    let details = app.last_audit_record().await["details"].clone();
    assert_eq!(
        (&details["outcome"], &details["answered_by"]),
        (&json!("cached"), &live["verification_id"])
    );
    assert_ne!(
        details["our_trace_number"], live["our_trace_number"],
        "the inquiry that was not answered has its own number"
    );
    app.payer_proxy.restore();
    assert_eq!(app.verify(&id).await["outcome"], "live");
}

#[actix_web::test]
async fn without_any_answer_it_is_unavailable_and_states_when_to_retry() {
    let app = TestApp::start().await;
    let id = app.add_coverage().await;
    app.payer_proxy.cut();
    let verification = app.verify(&id).await;
    assert_eq!(
        (&verification["outcome"], &verification["reason"]),
        (&json!("unavailable"), &json!("unreachable"))
    );
    assert_eq!(
        (
            &verification["copay"],
            &verification["verified_at"],
            &verification["retry_after_s"]
        ),
        (&Value::Null, &Value::Null, &json!(30))
    );
    assert_eq!(app.last_audit_record().await["outcome"], "failure");
}

#[actix_web::test]
async fn each_failure_has_its_reason_and_falls_back() {
    let app = TestApp::start().await;
    let (known, unknown) = (app.add_coverage().await, app.add_coverage_of("pat-2").await);
    app.verify(&known).await;
    let failures = [
        (Behavior::Rejects("42"), "payer_busy"),
        (Behavior::Rejects("80"), "payer_busy"),
        (Behavior::NoX12, "unreadable_response"),
        (Behavior::NoEnvelope, "unreadable_response"),
        (Behavior::AnotherPatientsAnswer, "unreadable_response"),
        (Behavior::EnvelopeError, "payer_error"),
        (Behavior::Status(403), "payer_refused"),
    ];
    for (behavior, reason) in failures {
        app.payer.behave(behavior);
        let (cached, none) = (app.verify(&known).await, app.verify(&unknown).await);
        assert_eq!(
            (&cached["outcome"], &cached["reason"]),
            (&json!("cached"), &json!(reason)),
            "{cached}"
        );
        assert_eq!(
            (&none["outcome"], &none["reason"]),
            (&json!("unavailable"), &json!(reason)),
            "{none}"
        );
        assert_eq!(none["copay"], Value::Null);
    }
    assert_eq!(
        app.component("payer_sandbox").await["breaker"],
        "CLOSED",
        "any response counts as a success of the breaker"
    );
    for (behavior, reason) in [
        (Behavior::Status(503), "payer_error"),
        (Behavior::Status(429), "payer_busy"),
    ] {
        app.payer.behave(behavior);
        assert_eq!(app.verify(&known).await["reason"], reason);
    }
}

#[actix_web::test]
async fn a_payer_that_stalls_is_given_up_at_the_deadline() {
    let app = TestApp::start().await;
    let id = app.add_coverage().await;
    app.payer.behave(Behavior::Stalls);
    let verification = app.verify(&id).await;
    assert_eq!(
        (
            &verification["outcome"],
            &verification["reason"],
            &verification["retry_after_s"]
        ),
        (&json!("unavailable"), &json!("timeout"), &json!(90))
    );
    let took_ms = verification["took_ms"].as_u64().unwrap();
    assert!((1_400..5_000).contains(&took_ms), "{took_ms}");
}

#[actix_web::test]
async fn three_failures_open_the_breaker_and_one_probe_closes_it() {
    let app = TestApp::start().await;
    let id = app.add_coverage().await;
    app.verify(&id).await;
    app.payer.behave(Behavior::Status(500));
    for _ in 0..3 {
        assert_eq!(app.verify(&id).await["reason"], "payer_error");
    }
    let received = app.payer.received().len();
    let verification = app.verify(&id).await;
    assert_eq!(
        (&verification["outcome"], &verification["reason"]),
        (&json!("cached"), &json!("breaker_open"))
    );
    assert!((1..=30).contains(&verification["retry_after_s"].as_u64().unwrap()));
    assert_eq!(app.payer.received().len(), received, "nothing is sent");
    let component = app.component("payer_sandbox").await;
    assert_eq!(
        (&component["breaker"], &component["required"]),
        (&json!("OPEN"), &json!(false))
    );
    assert_ne!(component["status"], "healthy");

    app.payer.behave(Behavior::Active);
    app.clock.advance(Duration::seconds(31));
    assert_eq!(app.verify(&id).await["outcome"], "live");
    assert_eq!(app.component("payer_sandbox").await["breaker"], "CLOSED");
    let changes = eventually("all changes", || async {
        let changes: Vec<Value> = app
            .outbox()
            .await
            .iter()
            .filter(|e| e["type"] == "eligibility.breaker.changed.v1")
            .map(|e| json!([e["data"]["upstream"], e["data"]["to"]]))
            .collect();
        (changes.len() == 4).then_some(changes)
    })
    .await;
    assert_eq!(
        json!(changes),
        json!([
            ["payer_sandbox", "CLOSED"],
            ["payer_sandbox", "OPEN"],
            ["payer_sandbox", "HALF_OPEN"],
            ["payer_sandbox", "CLOSED"]
        ])
    );
}
