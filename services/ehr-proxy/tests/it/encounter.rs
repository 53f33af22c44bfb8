//! Writing a visit's documentation into the EHR.

use crate::{
    app::{Got, TestApp, send},
    ehr::{ENCOUNTER, Ehr, PATIENT, encounter},
};
use mc_vocabulary::Role;
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

const AT: &str = "/Encounter/enc-2001";

/// An EHR that stores the change as version 4.
pub async fn taking() -> (TestApp, Ehr) {
    let (app, ehr) = TestApp::with_ehr().await;
    ehr.put(
        "3",
        ResponseTemplate::new(200)
            .set_body_json(written("4"))
            .insert_header("ETag", "W/\"4\""),
    )
    .await;
    (app, ehr)
}

fn written(version: &str) -> Value {
    let ours = |name: &str, text: &str| json!({ "url": format!("https://medconnect.dev/fhir/StructureDefinition/{name}"), "valueString": text });
    let mark =
        json!([{ "url": "https://medconnect.dev/fhir/StructureDefinition/encounter-diagnosis", "valueBoolean": true }]);
    encounter(
        version,
        json!({
            "extension": [{ "url": "http://other.example/x", "valueString": "theirs" }, ours("encounter-treatment-plan", "rest"), ours("encounter-follow-up", "two weeks")],
            "reasonCode": [{ "extension": mark, "text": "influenza A" }],
            "participant": [{ "individual": { "display": "House" } }],
        }),
    )
}

fn actions(records: &[Value]) -> Vec<(&str, &str)> {
    records
        .iter()
        .map(|r| (r["action"].as_str().unwrap(), r["outcome"].as_str().unwrap()))
        .collect()
}

fn conflict(got: &Got) {
    assert_eq!(
        (got.status, got.problem().as_str()),
        (412, "precondition-failed"),
        "{}",
        got.text
    );
    assert_eq!(got.json()["resourceType"], "OperationOutcome");
}

#[actix_web::test]
async fn it_is_written_under_if_match_and_recorded_before_and_after() {
    let (app, ehr) = taking().await;
    let got = send(app.document(&app.caller(Role::Doctor))).await;
    assert_eq!(got.status, 200, "{}", got.text);
    assert_eq!(
        (got.header("etag"), got.header("content-type")),
        ("W/\"4\"", "application/fhir+json")
    );
    let body = got.json();
    assert_eq!(
        (&body["id"], &body["meta"]["versionId"], &body["status"]),
        (&json!(ENCOUNTER), &json!("4"), &json!("in-progress"))
    );
    assert_eq!(body["extension"].as_array().unwrap().len(), 2, "ours only");
    assert!(body["participant"].is_null() && body["subject"].is_null());

    let sent: Value = serde_json::from_slice(&ehr.requests("PUT", AT).await[0].body).unwrap();
    assert_eq!(sent["extension"][0]["valueString"], "theirs");
    assert_eq!(sent["reasonCode"][0]["text"], "influenza A");
    let records = app.records().await;
    assert_eq!(
        actions(&records),
        [
            ("ehr.encounter.update_attempt", "success"),
            ("ehr.encounter.update", "success")
        ]
    );
    let last = &records[1];
    assert_eq!(
        (
            &last["patient_id"],
            &last["details"]["version_before"],
            &last["details"]["version_after"]
        ),
        (&json!(PATIENT), &json!("3"), &json!("4"))
    );
    assert_eq!(
        last["details"]["elements_changed"],
        json!(["diagnosis", "treatment_plan", "follow_up"])
    );
    assert!(
        !app.outbox().await.contains("influenza"),
        "no clinical text in an event"
    );
}

#[actix_web::test]
async fn a_conflict_is_retried_once_with_the_new_version() {
    let (app, ehr) = TestApp::with_ehr().await;
    ehr.first(
        1,
        "GET",
        AT,
        ResponseTemplate::new(200).set_body_json(encounter("2", json!({}))),
    )
    .await;
    ehr.put("2", ResponseTemplate::new(412)).await;
    ehr.put("3", ResponseTemplate::new(200).set_body_json(written("4")))
        .await;
    let got = send(app.document(&app.caller(Role::Doctor))).await;
    assert_eq!((got.status, got.header("etag")), (200, "W/\"4\""), "{}", got.text);
    assert_eq!(ehr.seen("PUT", AT).await, 2);
}

#[actix_web::test]
async fn a_caller_who_names_a_version_receives_the_conflict() {
    let (app, ehr) = TestApp::with_ehr().await;
    ehr.put("3", ResponseTemplate::new(412)).await;
    let doctor = app.caller(Role::Doctor);
    conflict(&send(app.document(&doctor).header("If-Match", "W/\"1\"")).await);
    assert_eq!(ehr.seen("PUT", AT).await, 0);
    conflict(&send(app.document(&doctor).header("If-Match", "W/\"3\"")).await);
    assert_eq!(ehr.seen("PUT", AT).await, 1, "no second attempt with another version");
    conflict(&send(app.document(&doctor)).await);
    assert_eq!(ehr.seen("PUT", AT).await, 3);
    assert_eq!(send(app.document(&doctor).header("If-Match", "*, x")).await.status, 400);
    let records = app.records().await;
    assert_eq!(actions(&records).last().unwrap(), &("ehr.encounter.update", "failure"));
}

#[actix_web::test]
async fn a_change_whose_response_was_lost_is_recognized() {
    let (app, ehr) = TestApp::with_ehr().await;
    // The first PUT succeeds and its response is lost; the repeat conflicts with our own new
    // version.
    ehr.first(
        1,
        "GET",
        AT,
        ResponseTemplate::new(200).set_body_json(encounter("3", json!({}))),
    )
    .await;
    ehr.first(1, "PUT", AT, ResponseTemplate::new(503)).await;
    ehr.put("3", ResponseTemplate::new(412)).await;
    ehr.first(1, "GET", AT, ResponseTemplate::new(200).set_body_json(written("4")))
        .await;
    let got = send(app.document(&app.caller(Role::Doctor)).header("If-Match", "W/\"3\"")).await;
    assert_eq!((got.status, got.header("etag")), (200, "W/\"4\""), "{}", got.text);
}

#[actix_web::test]
async fn only_a_doctor_with_consent_or_in_an_emergency_writes() {
    let (app, ehr) = taking().await;
    for role in [Role::Nurse, Role::Admin, Role::Staff, Role::Billing, Role::Patient] {
        let got = send(app.document(&app.caller(role))).await;
        assert_eq!(got.status, 403, "{role}");
        assert!(got.text.contains("Medical staff access required for patient data"));
    }
    let doctor = app.caller(Role::Doctor);
    app.consent(
        PATIENT,
        "deny",
        json!({ "grantee": doctor.user_id, "encounter_id": ENCOUNTER }),
    )
    .await;
    assert_eq!(send(app.document(&doctor)).await.status, 403);
    assert_eq!(ehr.seen("PUT", AT).await, 0);
    let broken = || app.document(&doctor).header("X-Emergency-Override", "true");
    assert_eq!(
        send(broken()).await.status,
        428,
        "an emergency override needs a justification"
    );
    assert_eq!(
        send(broken().header("X-Access-Justification", "for quixano"))
            .await
            .status,
        422
    );
    let got = send(broken().header("X-Access-Justification", "unconscious on arrival")).await;
    assert_eq!(got.status, 200, "{}", got.text);
    let records = app.records().await;
    let last: Vec<_> = actions(&records[records.len() - 3..]);
    assert_eq!(
        last,
        [
            ("ehr.emergency_override", "success"),
            ("ehr.encounter.update_attempt", "success"),
            ("ehr.encounter.update", "success")
        ]
    );
}

#[actix_web::test]
async fn invalid_fields_are_named_and_the_ehr_is_not_called() {
    let (app, ehr) = taking().await;
    let doctor = app.caller(Role::Doctor);
    let path = format!("/api/v1/integrations/ehr/encounter/{ENCOUNTER}");
    for (body, status, place) in [
        (json!({}), 422, "/:"),
        (json!({ "diagnosis": null }), 422, "/:"),
        (json!({ "diagnosis": " " }), 422, "/diagnosis"),
        (json!({ "diagnosis": 5 }), 422, "/diagnosis"),
        (json!({ "follow_up": "x".repeat(4001) }), 422, "/follow_up"),
        (json!({ "diagnosis": "flu", "note": "x" }), 422, "/note"),
        (json!({ "diagnosis": "x".repeat(300_000) }), 413, ""),
    ] {
        let got = send(app.request(reqwest::Method::PUT, &path, &doctor).json(&body)).await;
        assert_eq!(got.status, status, "{}", got.text);
        assert_eq!(got.json()["resourceType"], "OperationOutcome");
        assert!(got.text.contains(place), "{}", got.text);
    }
    let got = send(app.request(reqwest::Method::PUT, &path, &doctor).body("diagnosis=flu")).await;
    assert_eq!(got.status, 415);
    let got = send(app.request(reqwest::Method::POST, &path, &doctor).json(&json!({}))).await;
    assert_eq!(
        (got.status, got.json()["issue"][0]["code"].as_str()),
        (405, Some("not-supported")),
        "{}",
        got.text
    );
    assert_eq!(ehr.seen("GET", AT).await, 0);
}

#[actix_web::test]
async fn failures_of_the_ehr_are_translated_and_recorded() {
    let (app, ehr) = TestApp::with_ehr().await;
    let doctor = app.caller(Role::Doctor);
    for (answer, status) in [(422, 422), (403, 403), (500, 503)] {
        ehr.first(
            1,
            "PUT",
            AT,
            ResponseTemplate::new(answer).set_body_json(json!({ "text": "Quixano" })),
        )
        .await;
        let got = send(app.document(&doctor)).await;
        assert_eq!(got.status, status, "{}", got.text);
        assert!(!got.text.contains("Quixano"));
    }
    let records = app.records().await;
    let last = records.last().unwrap();
    assert_eq!(
        (&last["outcome"], &last["details"]["may_have_changed"]),
        (&json!("failure"), &json!(true))
    );
    ehr.first(
        1,
        "GET",
        AT,
        ResponseTemplate::new(200).set_body_json(encounter("3", json!({ "subject": { "display": "x" } }))),
    )
    .await;
    assert_eq!(
        send(app.document(&doctor)).await.status,
        502,
        "an encounter without a patient"
    );
}
