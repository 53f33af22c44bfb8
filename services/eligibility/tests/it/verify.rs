//! Verification while the payer answers.

use crate::{
    app::{EligibilityOptions, TestApp, VERIFY},
    payer::{Behavior, reads},
};
use chrono::{Duration, NaiveDate};
use mc_keyring::is_sealed;
use mc_vocabulary::Role;
use reqwest::Method;
use serde_json::{Value, json};

fn usd(minor: i64) -> Value {
    json!({ "minor": minor, "currency": "usd" })
}

#[actix_web::test]
async fn a_live_answer_has_status_copay_deductible_and_trace_numbers() {
    let app = TestApp::start().await;
    let id = app.add_coverage().await;
    let verification = app.verify(&id).await;
    assert_eq!(
        (&verification["outcome"], &verification["status"]),
        (&json!("live"), &json!("active"))
    );
    assert_eq!(verification["plan"], "GOLD 1500");
    assert_eq!(
        (&verification["copay"], &verification["coinsurance_percent"]),
        (&usd(2500), &json!("20"))
    );
    assert_eq!(
        verification["copay_alternatives"],
        json!([{ "amount": usd(4050), "conditions": ["SPECIALIST"], "period": "visit", "plan": "GOLD 1500" }])
    );
    let deductible = &verification["deductible"];
    assert_eq!(
        (
            &deductible["total"],
            &deductible["remaining"],
            &deductible["remaining_is_derived"]
        ),
        (&usd(150_000), &usd(45_000), &json!(false))
    );
    assert_eq!(
        (&deductible["period"], &verification["copay_period"]),
        (&json!("calendar_year"), &json!("visit"))
    );
    assert_eq!(verification["limits"][0]["shown_as"], "patient");
    assert_eq!(
        (&verification["network"], &verification["out_of_pocket_remaining"]),
        (&json!("in_network"), &Value::Null)
    );
    assert_eq!(
        (&verification["payer_trace_number"], &verification["rejections"]),
        (&json!("PAYER-77"), &json!([]))
    );
    assert_eq!(
        (&verification["reason"], &verification["age_s"]),
        (&Value::Null, &Value::Null)
    );

    let received = app.payer.received();
    let [inquiry] = received.as_slice() else {
        panic!("{} inquiries", received.len())
    };
    assert_eq!(verification["our_trace_number"], json!(inquiry.trace_number));
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
}

#[actix_web::test]
async fn a_body_names_another_service_and_every_inquiry_has_its_own_numbers() {
    let app = TestApp::start().await;
    let id = app.add_coverage().await;
    let (doctor, body) = (
        app.token(Role::Doctor),
        json!({ "coverage_id": id, "service_type": "98" }),
    );
    let (status, verification) = app.request(Method::POST, VERIFY, &doctor, Some(&body)).await;
    assert_eq!(
        (status, &verification["outcome"], &verification["service_type"]),
        (200, &json!("live"), &json!("98")),
        "{verification}"
    );
    app.verify(&id).await;
    let received = app.payer.received();
    assert_eq!(received[0].service_types, ["98"]);
    assert_eq!(received[0].control.interchange + 1, received[1].control.interchange);
    assert_ne!(received[0].trace_number, received[1].trace_number);
}

#[actix_web::test]
async fn a_verification_is_stored_sealed_and_audited() {
    let app = TestApp::start().await;
    let id = app.add_coverage().await;
    let verification = app.verify(&id).await;
    let row: (String, Vec<u8>, Vec<u8>, i32, String) = sqlx::query_as(
        "SELECT outcome, answer_sealed, response_sealed, control_number, trace_number \
         FROM eligibility.verifications v JOIN eligibility.inquiries i ON i.id = v.inquiry_id",
    )
    .fetch_one(&app.database.owner)
    .await
    .unwrap();
    assert_eq!((row.0.as_str(), row.3), ("live", 1));
    assert_eq!(verification["our_trace_number"], json!(row.4));
    assert!(is_sealed(&row.1) && is_sealed(&row.2) && !reads(&row.2));

    let record = app.last_audit_record().await.clone();
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
    assert_eq!(details["our_trace_number"], verification["our_trace_number"]);
    assert_eq!(
        details["phi_elements_accessed"],
        json!(["coverage_status", "plan", "copay", "coinsurance", "deductible"])
    );
    assert_eq!(details["compliance_flags"]["authorized_access"], true);
}

#[actix_web::test]
async fn inactive_coverage_is_an_answer_and_not_an_error() {
    let app = TestApp::start().await;
    let id = app.add_coverage().await;
    app.payer.behave(Behavior::Inactive);
    let verification = app.verify(&id).await;
    assert_eq!(
        (
            &verification["outcome"],
            &verification["status"],
            &verification["copay"]
        ),
        (&json!("live"), &json!("inactive"), &Value::Null)
    );
}

#[actix_web::test]
async fn a_rejection_carries_advice() {
    let app = TestApp::start().await;
    let id = app.add_coverage().await;
    app.verify(&id).await;
    app.payer.behave(Behavior::Rejects("75"));
    let verification = app.verify(&id).await;
    assert_eq!(
        (&verification["outcome"], &verification["status"]),
        (&json!("payer_rejected"), &Value::Null),
        "a rejection is not replaced by an earlier answer"
    );
    let rejection = &verification["rejections"][0];
    assert_eq!(
        (&rejection["code"], &rejection["follow_up"]),
        (&json!("75"), &json!("C"))
    );
    assert_eq!(
        (&rejection["class"], &rejection["level"]),
        (&json!("not_found"), &json!("member"))
    );
    assert!(rejection["advice"].as_str().unwrap().contains("member id"));

    app.payer.behave(Behavior::RejectsProvider);
    let verification = app.verify(&id).await;
    assert_eq!(
        (&verification["outcome"], &verification["rejections"][0]["level"]),
        (&json!("payer_rejected"), &json!("provider"))
    );
    app.payer.behave(Behavior::PartlyRejects);
    let verification = app.verify(&id).await;
    assert_eq!(
        (
            &verification["outcome"],
            &verification["copay"],
            &verification["rejections"][0]["code"]
        ),
        (&json!("live"), &usd(2500), &json!("70"))
    );
}

#[actix_web::test]
async fn a_recent_answer_is_returned_again_only_where_that_is_set() {
    let app = TestApp::start_with(EligibilityOptions {
        fresh_s: 60,
        ..EligibilityOptions::default()
    })
    .await;
    let id = app.add_coverage().await;
    app.verify(&id).await;
    app.clock.advance(Duration::seconds(20));
    let verification = app.verify(&id).await;
    assert_eq!(
        (
            &verification["outcome"],
            &verification["reason"],
            &verification["age_s"]
        ),
        (&json!("cached"), &json!("fresh"), &json!(20))
    );
    app.clock.advance(Duration::seconds(41));
    assert_eq!(app.verify(&id).await["outcome"], "live");
    assert_eq!(app.payer.received().len(), 2);
}

#[actix_web::test]
async fn identical_inquiries_at_the_same_time_are_sent_once_and_audited_for_each_caller() {
    let app = TestApp::start().await;
    let id = app.add_coverage().await;
    app.payer.behave(Behavior::Slow);
    let (first, second) = tokio::join!(app.verify(&id), app.verify(&id));
    assert_eq!(
        (&first["outcome"], &second["outcome"]),
        (&json!("live"), &json!("live"))
    );
    assert_eq!(first["our_trace_number"], second["our_trace_number"]);
    assert_eq!(app.payer.received().len(), 1);
    let verified = app
        .outbox()
        .await
        .iter()
        .filter(|e| e["data"]["action"] == "insurance.eligibility.verify")
        .count();
    assert_eq!(verified, 2);
}

#[actix_web::test]
async fn a_payer_that_we_are_not_connected_to_is_an_outcome() {
    let app = TestApp::start().await;
    let mut body = crate::app::coverage("pat-2");
    body["payer"]["payer_id"] = json!("60054");
    let (_, added) = app
        .request(
            Method::POST,
            crate::app::COVERAGES,
            &app.token(Role::Staff),
            Some(&body),
        )
        .await;
    let verification = app.verify(added["coverage_id"].as_str().unwrap()).await;
    assert_eq!(
        (&verification["outcome"], &verification["reason"]),
        (&json!("unavailable"), &json!("payer_not_connected"))
    );
    assert_eq!(
        (&verification["retry_after_s"], app.payer.received().len()),
        (&Value::Null, 0)
    );
}
