//! Patient summaries and their audit records.

use crate::{
    app::{TestApp, WHY, send},
    ehr::{PATIENT, SECRET_WORDS, about, bundle},
};
use mc_vocabulary::Role;
use serde_json::json;
use wiremock::ResponseTemplate;

#[actix_web::test]
async fn a_doctor_with_consent_sees_what_the_table_allows_and_it_is_recorded_first() {
    let (app, ehr) = TestApp::with_ehr().await;
    let doctor = app.caller(Role::Doctor);
    let got = send(app.summary(&doctor)).await;
    assert_eq!(got.status, 200, "{}", got.text);
    assert_eq!(got.header("content-type"), "application/fhir+json");
    let bundle = got.json();
    assert_eq!(
        (&bundle["resourceType"], &bundle["type"]),
        (&json!("Bundle"), &json!("collection"))
    );
    let types: Vec<_> = bundle["entry"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["resource"]["resourceType"].clone())
        .collect();
    assert_eq!(types, ["Patient", "AllergyIntolerance", "MedicationRequest"]);
    assert!(got.text.contains("Quixano") && got.text.contains("lisinopril"));
    for hidden in ["W100200300", "555-0100", "recorder", "\"source\""] {
        assert!(!got.text.contains(hidden), "{hidden}");
    }

    let records = app.records().await;
    assert_eq!(records.len(), 1);
    let record = &records[0];
    assert_eq!(record["action"], "ehr.patient_summary.read");
    assert_eq!(
        (&record["outcome"], &record["interaction"]),
        (&json!("success"), &json!("R"))
    );
    assert_eq!(
        (&record["purpose"], &record["justification"]),
        (&json!("TREAT"), &json!(WHY))
    );
    assert_eq!(record["patient_id"], PATIENT);
    assert_eq!(record["actor"]["id"], doctor.user_id.to_string());
    assert_eq!(record["trace_id"], got.header("x-trace-id"));
    let flags = json!({ "minimum_necessary": true, "authorized_access": true });
    assert_eq!(record["details"]["compliance_flags"], flags);
    let elements = record["details"]["phi_elements_accessed"].as_array().unwrap();
    assert!(elements.contains(&json!("Patient.birthDate")) && elements.contains(&json!("AllergyIntolerance.code")));
    assert!(!elements.contains(&json!("Patient.telecom")));
    // Pseudonyms by which detection of misuse recognizes a relative or a neighbor; no event
    // contains a name or an address.
    for (name, prefix) in [("family_key", "family_"), ("address_key", "address_")] {
        assert!(
            record["details"][name].as_str().unwrap().starts_with(prefix),
            "{record}"
        );
    }
    let outbox = app.outbox().await;
    assert!(
        SECRET_WORDS.iter().all(|word| !outbox.contains(word)),
        "no clinical content in an event"
    );
    assert_eq!(ehr.seen("POST", "/oauth2/token").await, 1);
}

#[actix_web::test]
async fn a_nurse_an_admin_and_the_patient_see_different_parts() {
    let (app, _ehr) = TestApp::with_ehr().await;
    let nurse = send(app.summary(&app.caller(Role::Nurse))).await;
    assert_eq!(nurse.status, 200, "{}", nurse.text);
    let admin = send(app.summary(&app.caller(Role::Admin))).await;
    assert_eq!(admin.status, 200, "{}", admin.text);
    assert!(admin.text.contains("Quixano") && !admin.text.contains("lisinopril"));
    // One's own chart needs no consent.
    app.consent(PATIENT, "deny", json!({})).await;
    let own = send(app.summary(&app.caller(Role::Patient).patient(PATIENT))).await;
    assert_eq!(own.status, 200, "{}", own.text);
    assert!(own.text.contains("lisinopril"));
    let purposes: Vec<_> = app
        .records()
        .await
        .iter()
        .map(|record| record["purpose"].clone())
        .collect();
    assert_eq!(purposes, ["TREAT", "HOPERAT", "PATRQT"]);
}

#[actix_web::test]
async fn an_emergency_access_needs_a_justification_and_both_events_are_written() {
    let (app, _ehr) = TestApp::with_ehr().await;
    let doctor = app.caller(Role::Doctor);
    app.consent(PATIENT, "deny", json!({ "grantee": doctor.user_id })).await;
    assert_eq!(send(app.summary(&doctor)).await.status, 403);
    let got = send(app.summary(&doctor).header("X-Emergency-Override", "true")).await;
    assert_eq!(got.status, 200, "{}", got.text);
    let records = app.records().await;
    let recorded: Vec<_> = records
        .iter()
        .map(|r| {
            (
                r["action"].as_str().unwrap(),
                r["outcome"].as_str().unwrap(),
                r["emergency"].as_bool(),
            )
        })
        .collect();
    assert_eq!(
        recorded,
        [
            ("ehr.patient_summary.read", "denied", Some(false)),
            ("ehr.emergency_override", "success", Some(true)),
            ("ehr.patient_summary.read", "success", Some(true)),
        ]
    );
    assert_eq!(
        (&records[1]["purpose"], &records[1]["justification"]),
        (&json!("ETREAT"), &json!(WHY))
    );
    assert_eq!(records[1]["details"]["reason"], "medical_emergency");

    // With consent there is nothing to override.
    let trusted = app.caller(Role::Doctor);
    assert_eq!(
        send(app.summary(&trusted).header("X-Emergency-Override", "true"))
            .await
            .status,
        200
    );
    let last = app.records().await.pop().unwrap();
    assert_eq!((&last["emergency"], &last["purpose"]), (&json!(false), &json!("TREAT")));
}

#[actix_web::test]
async fn pages_are_followed_on_the_same_server_and_a_gap_is_reported() {
    let (app, ehr) = TestApp::with_ehr().await;
    let mut first = bundle(&[about("Condition", "con-1", "subject", "asthma")]);
    first["link"] = json!([{ "relation": "next", "url": format!("{}/fhir/r4/page2", ehr.server.uri()) }]);
    ehr.first(
        1,
        "GET",
        "/Condition$",
        ResponseTemplate::new(200).set_body_json(first.clone()),
    )
    .await;
    let mut second = bundle(&[about("Condition", "con-2", "subject", "gout")]);
    let issue = json!({ "severity": "warning", "code": "incomplete", "details": { "coding": [{ "system": "urn:x", "code": "4119" }], "text": "Quixano" } });
    let entry = json!({ "resource": { "resourceType": "OperationOutcome", "issue": [issue] }, "search": { "mode": "outcome" } });
    second["entry"].as_array_mut().unwrap().push(entry);
    ehr.get("/fhir/r4/page2", 200, second).await;
    let doctor = app.caller(Role::Doctor);
    let got = send(app.summary(&doctor)).await;
    assert_eq!(got.status, 200, "{}", got.text);
    assert!(got.text.contains("asthma") && got.text.contains("gout"));
    let entries = got.json()["entry"].as_array().unwrap().clone();
    assert_eq!(entries.last().unwrap()["resource"]["issue"][0]["code"], "incomplete");

    first["link"] = json!([{ "relation": "next", "url": "http://127.0.0.1:9/elsewhere" }]);
    ehr.first(1, "GET", "/Condition$", ResponseTemplate::new(200).set_body_json(first))
        .await;
    assert_eq!(
        send(app.summary(&doctor)).await.status,
        502,
        "our token goes to no other server"
    );
}
