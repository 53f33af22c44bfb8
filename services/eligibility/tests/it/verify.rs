//! Asking the payer, while it answers.

use crate::{
    app::{TestApp, TestOptions, VERIFY},
    payer::{Mood, reads},
};
use chrono::{Duration, NaiveDate};
use mc_keyring::is_sealed;
use mc_testkit::broker;
use mc_vocabulary::Role;
use reqwest::Method;
use serde_json::{Value, json};

fn usd(minor: i64) -> Value {
    json!({ "minor": minor, "currency": "usd" })
}

#[actix_web::test]
async fn a_live_answer_tells_status_copay_deductible_and_trace_numbers() {
    let app = TestApp::start().await;
    let id = app.add_coverage().await;
    let told = app.verify(&id).await;
    assert_eq!((&told["outcome"], &told["status"]), (&json!("live"), &json!("active")));
    assert_eq!(told["plan"], "GOLD 1500");
    assert_eq!(
        (&told["copay"], &told["coinsurance_percent"]),
        (&usd(2500), &json!("20"))
    );
    assert_eq!(
        told["copay_alternatives"],
        json!([{ "amount": usd(4050), "conditions": ["SPECIALIST"] }])
    );
    let deductible = json!({ "total": usd(150_000), "remaining": usd(45_000), "remaining_is_derived": false });
    assert_eq!(told["deductible"], deductible);
    assert_eq!(
        (&told["network"], &told["out_of_pocket_remaining"]),
        (&json!("in_network"), &Value::Null)
    );
    assert_eq!(
        (&told["payer_trace_number"], &told["rejections"]),
        (&json!("PAYER-77"), &json!([]))
    );
    assert_eq!((&told["reason"], &told["age_s"]), (&Value::Null, &Value::Null));

    let asked = app.payer.asked();
    let [inquiry] = asked.as_slice() else {
        panic!("{} questions", asked.len())
    };
    assert_eq!(told["our_trace_number"], json!(inquiry.trace_number));
    assert_eq!(
        (
            inquiry.subscriber.member_id.as_str(),
            inquiry.subscriber.family.as_str()
        ),
        ("C100200300", "CASTAFIORE")
    );
    assert_eq!(
        inquiry.subscriber.birth_date,
        NaiveDate::from_ymd_opt(1984, 3, 17).unwrap()
    );
    assert_eq!(
        (inquiry.provider.npi.as_str(), inquiry.payer.id.as_str()),
        ("1234567893", "SBX01")
    );
    assert_eq!(inquiry.service_types, ["30"]);
    app.stop().await;
}

#[actix_web::test]
async fn a_body_asks_for_another_service_and_every_question_has_numbers_of_its_own() {
    let app = TestApp::start().await;
    let id = app.add_coverage().await;
    let (doctor, body) = (
        app.token(Role::Doctor),
        json!({ "coverage_id": id, "service_type": "98" }),
    );
    let (status, told) = app.tell(Method::POST, VERIFY, &doctor, Some(&body)).await;
    assert_eq!(
        (status, &told["outcome"], &told["service_type"]),
        (200, &json!("live"), &json!("98")),
        "{told}"
    );
    app.verify(&id).await;
    let asked = app.payer.asked();
    assert_eq!(asked[0].service_types, ["98"]);
    assert_eq!(asked[0].control.interchange + 1, asked[1].control.interchange);
    assert_ne!(asked[0].trace_number, asked[1].trace_number);
    app.stop().await;
}

#[actix_web::test]
async fn a_verification_is_stored_sealed_and_audited() {
    let app = TestApp::start().await;
    let id = app.add_coverage().await;
    let told = app.verify(&id).await;
    let row: (String, Vec<u8>, Vec<u8>, i32, String) = sqlx::query_as(
        "SELECT outcome, answer_sealed, response_sealed, control_number, trace_number \
         FROM eligibility.verifications v JOIN eligibility.inquiries i ON i.id = v.inquiry_id",
    )
    .fetch_one(&app.database.owner)
    .await
    .unwrap();
    assert_eq!((row.0.as_str(), row.3), ("live", 1));
    assert_eq!(told["our_trace_number"], json!(row.4));
    assert!(is_sealed(&row.1) && is_sealed(&row.2) && !reads(&row.2));

    let record = app.outbox().await.pop().unwrap()["data"].clone();
    assert_eq!(record["action"], "insurance.eligibility.verify");
    assert_eq!(
        (&record["interaction"], &record["outcome"], &record["purpose"]),
        (&json!("R"), &json!("success"), &json!("HPAYMT"))
    );
    assert_eq!(
        (&record["patient_id"], &record["entity"]["id"]),
        (&json!("pat-1"), &json!(id))
    );
    let details = &record["details"];
    assert_eq!(
        (&details["outcome"], &details["payer_trace_number"]),
        (&json!("live"), &json!("PAYER-77"))
    );
    assert_eq!(details["our_trace_number"], told["our_trace_number"]);
    assert_eq!(
        details["phi_elements_accessed"],
        json!(["coverage_status", "plan", "copay", "coinsurance", "deductible"])
    );
    assert_eq!(details["compliance_flags"]["audit_logged"], true);
    app.stop().await;
}

#[actix_web::test]
async fn inactive_coverage_is_an_answer_and_not_an_error() {
    let app = TestApp::start().await;
    let id = app.add_coverage().await;
    app.payer.feels(Mood::Inactive);
    let told = app.verify(&id).await;
    assert_eq!(
        (&told["outcome"], &told["status"], &told["copay"]),
        (&json!("live"), &json!("inactive"), &Value::Null)
    );
    app.stop().await;
}

#[actix_web::test]
async fn a_rejection_is_told_with_what_can_be_done() {
    let app = TestApp::start().await;
    let id = app.add_coverage().await;
    app.verify(&id).await;
    app.payer.feels(Mood::Rejects("75"));
    let told = app.verify(&id).await;
    assert_eq!(
        (&told["outcome"], &told["status"]),
        (&json!("payer_rejected"), &Value::Null),
        "no old answer stands in for a no"
    );
    let rejection = &told["rejections"][0];
    assert_eq!(
        (&rejection["code"], &rejection["follow_up"]),
        (&json!("75"), &json!("C"))
    );
    assert_eq!(
        (&rejection["class"], &rejection["level"]),
        (&json!("not_found"), &json!("member"))
    );
    assert!(rejection["advice"].as_str().unwrap().contains("member id"));

    app.payer.feels(Mood::RejectsProvider);
    let told = app.verify(&id).await;
    assert_eq!(
        (&told["outcome"], &told["rejections"][0]["level"]),
        (&json!("payer_rejected"), &json!("provider"))
    );
    app.payer.feels(Mood::PartlyRejects);
    let told = app.verify(&id).await;
    assert_eq!(
        (&told["outcome"], &told["copay"], &told["rejections"][0]["code"]),
        (&json!("live"), &usd(2500), &json!("70"))
    );
    app.stop().await;
}

#[actix_web::test]
async fn a_young_answer_is_told_again_only_where_that_is_set() {
    let app = TestApp::start_with(
        broker(),
        TestOptions {
            fresh_s: 60,
            ..TestOptions::default()
        },
    )
    .await;
    let id = app.add_coverage().await;
    app.verify(&id).await;
    app.clock.advance(Duration::seconds(20));
    let told = app.verify(&id).await;
    assert_eq!(
        (&told["outcome"], &told["reason"], &told["age_s"]),
        (&json!("cached"), &json!("fresh"), &json!(20))
    );
    app.clock.advance(Duration::seconds(41));
    assert_eq!(app.verify(&id).await["outcome"], "live");
    assert_eq!(app.payer.asked().len(), 2);
    app.stop().await;
}

#[actix_web::test]
async fn the_same_question_at_once_is_sent_once_and_audited_for_each() {
    let app = TestApp::start().await;
    let id = app.add_coverage().await;
    app.payer.feels(Mood::Slow);
    let (first, second) = tokio::join!(app.verify(&id), app.verify(&id));
    assert_eq!(
        (&first["outcome"], &second["outcome"]),
        (&json!("live"), &json!("live"))
    );
    assert_eq!(first["our_trace_number"], second["our_trace_number"]);
    assert_eq!(app.payer.asked().len(), 1);
    let verified = app
        .outbox()
        .await
        .iter()
        .filter(|e| e["data"]["action"] == "insurance.eligibility.verify")
        .count();
    assert_eq!(verified, 2);
    app.stop().await;
}

#[actix_web::test]
async fn a_payer_that_we_are_not_connected_to_is_an_outcome() {
    let app = TestApp::start().await;
    let mut body = crate::app::coverage("pat-2");
    body["payer"]["payer_id"] = json!("60054");
    let (_, added) = app
        .tell(
            Method::POST,
            crate::app::COVERAGES,
            &app.token(Role::Staff),
            Some(&body),
        )
        .await;
    let told = app.verify(added["coverage_id"].as_str().unwrap()).await;
    assert_eq!(
        (&told["outcome"], &told["reason"]),
        (&json!("unavailable"), &json!("payer_not_connected"))
    );
    assert_eq!((&told["retry_after_s"], app.payer.asked().len()), (&Value::Null, 0));
    app.stop().await;
}
