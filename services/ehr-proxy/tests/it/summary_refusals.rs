//! Refused summaries, and the responses to callers.

use crate::{
    app::{TestApp, send},
    ehr::{ENCOUNTER, PATIENT, SECRET_WORDS, about, bundle},
};
use mc_vocabulary::Role;
use reqwest::Method;
use serde_json::json;
use wiremock::ResponseTemplate;

#[actix_web::test]
async fn without_consent_nothing_is_read_and_the_refusal_is_recorded() {
    let (app, ehr) = TestApp::with_ehr().await;
    let path = "/api/v1/integrations/ehr/patient-summary/pat-9";
    let got = send(
        app.request(Method::GET, path, &app.caller(Role::Doctor))
            .header("X-Access-Justification", "visit"),
    )
    .await;
    assert_eq!((got.status, got.problem().as_str()), (403, "consent-required"));
    assert_eq!(got.header("content-type"), "application/fhir+json");
    let body = got.json();
    assert_eq!(body["resourceType"], "OperationOutcome");
    assert!(
        body["issue"][0]["diagnostics"]
            .as_str()
            .unwrap()
            .contains(got.header("x-trace-id"))
    );
    assert_eq!(ehr.seen("GET", "pat-9").await, 0);
    let record = app.records().await.pop().unwrap();
    assert_eq!(
        (&record["outcome"], &record["details"]["reason"]),
        (&json!("denied"), &json!("no_consent"))
    );
    assert!(record["details"].get("consent_id").is_none(), "no decision was made");
}

#[actix_web::test]
async fn a_refusal_by_a_decision_records_which_decision() {
    let (app, _ehr) = TestApp::with_ehr().await;
    let doctor = app.caller(Role::Doctor);
    let denied = app.consent(PATIENT, "deny", json!({})).await;
    let got = send(app.summary(&doctor)).await;
    assert_eq!(got.status, 403);
    assert!(!got.text.contains(denied.as_str().unwrap()), "{}", got.text);
    let of_visit = app.consent(PATIENT, "deny", json!({ "encounter_id": ENCOUNTER })).await;
    assert_eq!(send(app.document(&doctor)).await.status, 403);
    let records = app.records().await;
    let recorded: Vec<_> = records
        .iter()
        .map(|record| {
            (
                &record["action"],
                &record["outcome"],
                &record["details"]["reason"],
                &record["details"]["consent_id"],
            )
        })
        .collect();
    let (refused, why) = (json!("denied"), json!("consent_denied"));
    assert_eq!(
        recorded,
        [
            (&json!("ehr.patient_summary.read"), &refused, &why, &denied),
            (&json!("ehr.encounter.update"), &refused, &why, &of_visit)
        ]
    );
    assert!(records.iter().all(|record| record["patient_id"] == PATIENT));
}

#[actix_web::test]
async fn the_latest_decision_that_applies_holds() {
    let (app, _ehr) = TestApp::with_ehr().await;
    let (doctor, other) = (app.caller(Role::Doctor), app.caller(Role::Doctor));
    app.consent(PATIENT, "deny", json!({})).await;
    app.consent(PATIENT, "permit", json!({ "grantee": doctor.user_id }))
        .await;
    // For one visit only; it does not apply to the whole chart.
    app.consent(PATIENT, "deny", json!({ "encounter_id": "enc-2001" }))
        .await;
    assert_eq!(send(app.summary(&doctor)).await.status, 200);
    assert_eq!(send(app.summary(&other)).await.status, 403);
    app.consent(PATIENT, "deny", json!({})).await;
    assert_eq!(send(app.summary(&doctor)).await.status, 403);
}

#[actix_web::test]
async fn refusals_of_roles_and_headers_state_the_remedy() {
    let (app, _ehr) = TestApp::with_ehr().await;
    let path = format!("/api/v1/integrations/ehr/patient-summary/{PATIENT}");
    let doctor = app.caller(Role::Doctor);
    for role in [Role::Staff, Role::Billing, Role::Compliance, Role::Integration] {
        // Without the header too: an unauthorized caller is refused before the header is validated.
        let got = send(app.request(Method::GET, &path, &app.caller(role))).await;
        assert_eq!(got.status, 403, "{role}");
        assert!(
            got.text.contains("Medical staff access required for patient data"),
            "{}",
            got.text
        );
    }
    let stranger = send(app.summary(&app.caller(Role::Patient).patient("pat-1002"))).await;
    assert_eq!(stranger.status, 403);
    for role in [Role::Staff, Role::Nurse, Role::Admin] {
        let got = send(app.summary(&app.caller(role)).header("X-Emergency-Override", "true")).await;
        assert_eq!(got.status, 403, "{role}");
        assert!(
            got.text
                .contains("Emergency override requires medical staff credentials"),
            "{}",
            got.text
        );
        let record = app.records().await.pop().unwrap();
        assert_eq!(record["details"]["reason"], "override_not_allowed", "{role}");
    }
    let missing = send(app.request(Method::GET, &path, &doctor)).await;
    assert_eq!(
        (missing.status, missing.problem().as_str()),
        (428, "precondition-required")
    );
    assert!(missing.text.contains("X-Access-Justification"));
    let get = || app.request(Method::GET, &path, &doctor);
    for (name, value, status) in [
        ("X-Access-Justification", "no", 400),
        ("X-Purpose-Of-Use", "FUN", 400),
        ("X-Purpose-Of-Use", "HPAYMT", 403),
        ("X-Emergency-Override", "maybe", 400),
    ] {
        let request = if name == "X-Access-Justification" {
            get()
        } else {
            app.summary(&doctor)
        };
        let got = send(request.header(name, value)).await;
        assert_eq!(
            (got.status, got.json()["resourceType"].as_str()),
            (status, Some("OperationOutcome")),
            "{name}: {value}"
        );
    }
    let malformed = |caller| app.request(Method::GET, "/api/v1/integrations/ehr/patient-summary/a%2Fb", caller);
    assert_eq!(send(malformed(&doctor)).await.status, 400);
    let overriding = malformed(&app.caller(Role::Staff)).header("X-Emergency-Override", "true");
    assert_eq!(send(overriding).await.status, 403, "the refusal comes first");
    assert!(app.records().await.iter().all(|record| record["outcome"] == "denied"));
}

#[actix_web::test]
async fn a_justification_that_identifies_the_patient_is_refused_and_not_stored() {
    let (app, _ehr) = TestApp::with_ehr().await;
    let doctor = app.caller(Role::Doctor);
    let path = format!("/api/v1/integrations/ehr/patient-summary/{PATIENT}");
    for words in ["visit of ms. quixano", "alonsa called", "dob 04/23/1987"] {
        let request = app
            .request(Method::GET, &path, &doctor)
            .header("X-Access-Justification", words);
        let got = send(request.header("X-Emergency-Override", "true")).await;
        assert_eq!(
            (got.status, got.problem().as_str()),
            (422, "unprocessable"),
            "{}",
            got.text
        );
        assert!(SECRET_WORDS.iter().all(|word| !got.text.contains(word)));
    }
    let outbox = app.outbox().await.to_lowercase();
    assert!(!outbox.contains("quixano") && !outbox.contains("alonsa") && !outbox.contains("04/23/1987"));
    let record = app.records().await.pop().unwrap();
    assert_eq!(record["details"]["reason"], "justification_identifies_patient");
}

#[actix_web::test]
async fn refusals_of_the_ehr_are_translated_and_never_repeated() {
    let (app, ehr) = TestApp::with_ehr().await;
    let doctor = app.caller(Role::Doctor);
    let outcome = |code: &str| {
        json!({ "resourceType": "OperationOutcome", "issue": [{ "severity": "error", "code": "forbidden",
        "diagnostics": "Quixano", "details": { "coding": [{ "system": "urn:oid:1.2", "code": code }], "text": "Alonsa" } }] })
    };
    let other =
        bundle(&[json!({ "resourceType": "Condition", "id": "c", "subject": { "reference": "Patient/pat-7" } })]);
    let policy = json!({ "resourceType": "Bundle", "type": "searchset", "entry": [{ "resource": outcome("4134"), "search": { "mode": "outcome" } }] });
    let cases = [
        ("/Patient/", 404, outcome("x"), 404, "not-found"),
        ("/Patient/", 410, json!({}), 404, "not-found"),
        ("/Patient/", 403, json!({}), 403, "forbidden"),
        ("/Patient/", 400, outcome("4130"), 403, "forbidden"),
        ("/Condition$", 200, policy, 403, "forbidden"),
        ("/Patient/", 400, outcome("4100"), 502, "bad-gateway"),
        ("/Patient/", 302, json!({}), 502, "bad-gateway"),
        ("/Patient/", 200, json!("<html>Quixano</html>"), 502, "bad-gateway"),
        (
            "/Patient/",
            200,
            json!({ "resourceType": "Patient", "id": "another" }),
            502,
            "bad-gateway",
        ),
        ("/Condition$", 200, other, 502, "bad-gateway"),
        (
            "/Condition$",
            200,
            about("Condition", "c", "subject", "x"),
            502,
            "bad-gateway",
        ),
    ];
    for (at, status, body, returned, kind) in cases {
        ehr.first(1, "GET", at, ResponseTemplate::new(status).set_body_json(&body))
            .await;
        let got = send(app.summary(&doctor)).await;
        assert_eq!(
            (got.status, got.problem().as_str()),
            (returned, kind),
            "{status} {body}: {}",
            got.text
        );
        assert!(!got.text.contains("Quixano") && !got.text.contains("Alonsa"));
    }
    let records = app.records().await;
    assert!(
        records
            .iter()
            .all(|record| record["outcome"] != "success" && record["justification"].is_null())
    );
}

#[actix_web::test]
async fn an_organization_without_a_connection_gets_409_and_consents_of_others_do_not_apply() {
    let (app, _ehr) = TestApp::with_ehr().await;
    let elsewhere = mc_testkit::Caller::new(mc_vocabulary::OrganizationId::new(), Role::Doctor);
    assert_eq!(
        send(app.summary(&elsewhere)).await.status,
        403,
        "the consent of another organization"
    );
    let got = send(app.summary(&elsewhere).header("X-Emergency-Override", "true")).await;
    assert_eq!((got.status, got.problem().as_str()), (409, "conflict"), "{}", got.text);
}
