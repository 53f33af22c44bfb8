//! Asking the payer while it does not answer: an outcome each time, never an error.

use crate::{app::TestApp, payer::Mood};
use chrono::Duration;
use mc_testkit::eventually;
use serde_json::{Value, json};

#[actix_web::test]
async fn after_the_payer_dies_the_last_good_answer_is_told_with_its_age() {
    let app = TestApp::start().await;
    let id = app.add_coverage().await;
    let live = app.verify(&id).await;
    app.clock.advance(Duration::seconds(90));
    app.line.cut();
    let told = app.verify(&id).await;
    assert_eq!(
        (&told["outcome"], &told["reason"]),
        (&json!("cached"), &json!("unreachable")),
        "{told}"
    );
    assert_eq!((&told["age_s"], &told["retry_after_s"]), (&json!(90), &json!(30)));
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
        assert_eq!(told[same], live[same], "{same}");
    }
    let details = app.outbox().await.pop().unwrap()["data"]["details"].clone();
    assert_eq!(
        (&details["outcome"], &details["answered_by"]),
        (&json!("cached"), &live["verification_id"])
    );
    assert_ne!(
        details["our_trace_number"], live["our_trace_number"],
        "the question that was not answered has its own number"
    );
    app.line.restore();
    assert_eq!(app.verify(&id).await["outcome"], "live");
    app.stop().await;
}

#[actix_web::test]
async fn without_any_answer_it_is_unavailable_and_says_when_to_ask_again() {
    let app = TestApp::start().await;
    let id = app.add_coverage().await;
    app.line.cut();
    let told = app.verify(&id).await;
    assert_eq!(
        (&told["outcome"], &told["reason"]),
        (&json!("unavailable"), &json!("unreachable"))
    );
    assert_eq!(
        (&told["copay"], &told["verified_at"], &told["retry_after_s"]),
        (&Value::Null, &Value::Null, &json!(30))
    );
    assert_eq!(app.outbox().await.pop().unwrap()["data"]["outcome"], "failure");
    app.stop().await;
}

#[actix_web::test]
async fn every_way_of_not_answering_has_its_reason_and_falls_back() {
    let app = TestApp::start().await;
    let (known, unknown) = (app.add_coverage().await, app.add_other_coverage().await);
    app.verify(&known).await;
    let ways = [
        (Mood::Rejects("42"), "payer_busy"),
        (Mood::Rejects("80"), "payer_busy"),
        (Mood::NoX12, "garbage"),
        (Mood::NoEnvelope, "garbage"),
        (Mood::AnotherPatientsAnswer, "garbage"),
        (Mood::EnvelopeError, "payer_error"),
        (Mood::Status(403), "payer_refused"),
    ];
    for (mood, reason) in ways {
        app.payer.feels(mood);
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
        "an answer of any kind is a sign of life"
    );
    for (mood, reason) in [(Mood::Status(503), "payer_error"), (Mood::Status(429), "payer_busy")] {
        app.payer.feels(mood);
        assert_eq!(app.verify(&known).await["reason"], reason);
    }
    app.stop().await;
}

#[actix_web::test]
async fn a_payer_that_stalls_is_waited_for_no_longer_than_the_deadline() {
    let app = TestApp::start().await;
    let id = app.add_coverage().await;
    app.payer.feels(Mood::Stalls);
    let told = app.verify(&id).await;
    assert_eq!(
        (&told["outcome"], &told["reason"], &told["retry_after_s"]),
        (&json!("unavailable"), &json!("timeout"), &json!(90))
    );
    let took_ms = told["took_ms"].as_u64().unwrap();
    assert!((1_400..5_000).contains(&took_ms), "{took_ms}");
    app.stop().await;
}

#[actix_web::test]
async fn three_failures_open_the_breaker_and_one_probe_closes_it() {
    let app = TestApp::start().await;
    let id = app.add_coverage().await;
    app.verify(&id).await;
    app.payer.feels(Mood::Status(500));
    for _ in 0..3 {
        assert_eq!(app.verify(&id).await["reason"], "payer_error");
    }
    let asked = app.payer.asked().len();
    let told = app.verify(&id).await;
    assert_eq!(
        (&told["outcome"], &told["reason"]),
        (&json!("cached"), &json!("breaker_open"))
    );
    assert!((1..=30).contains(&told["retry_after_s"].as_u64().unwrap()));
    assert_eq!(app.payer.asked().len(), asked, "nothing is sent");
    let part = app.component("payer_sandbox").await;
    assert_eq!((&part["breaker"], &part["required"]), (&json!("OPEN"), &json!(false)));
    assert_ne!(part["status"], "healthy");

    app.payer.feels(Mood::Active);
    app.clock.advance(Duration::seconds(31));
    assert_eq!(app.verify(&id).await["outcome"], "live");
    assert_eq!(app.component("payer_sandbox").await["breaker"], "CLOSED");
    let changes = eventually("all changes told", || async {
        let changes: Vec<Value> = app
            .outbox()
            .await
            .iter()
            .filter(|e| e["type"] == "eligibility.breaker.changed.v1")
            .map(|e| json!([e["data"]["upstream"], e["data"]["to"]]))
            .collect();
        (changes.len() == 3).then_some(changes)
    })
    .await;
    assert_eq!(
        json!(changes),
        json!([
            ["payer_sandbox", "OPEN"],
            ["payer_sandbox", "HALF_OPEN"],
            ["payer_sandbox", "CLOSED"]
        ])
    );
    app.stop().await;
}
