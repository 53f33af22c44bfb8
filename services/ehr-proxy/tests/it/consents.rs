//! Consent decisions.

use crate::{
    app::{TestApp, send},
    ehr::{ENCOUNTER, Ehr, PATIENT},
};
use mc_testkit::Caller;
use mc_vocabulary::{Role, UserId};
use reqwest::Method;
use serde_json::{Value, json};

const PATH: &str = "/api/v1/integrations/ehr/consents";

fn body(more: &Value) -> Value {
    let mut body = json!({ "patient_id": "pat-1", "purpose": "treatment", "decision": "permit" });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

#[actix_web::test]
async fn a_decision_is_recorded_once_and_published() {
    let app = TestApp::start().await;
    let staff = app.caller(Role::Staff);
    let decision = body(&json!({ "purpose": "payment", "encounter_id": "enc-1" }));
    let post = || {
        app.request(Method::POST, PATH, &staff)
            .header("Idempotency-Key", "k-1")
            .json(&decision)
    };
    let first = send(post()).await;
    assert_eq!(first.status, 201, "{}", first.text);
    let again = send(post()).await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (201, "true"));
    assert_eq!(again.json(), first.json());
    let other = send(
        app.request(Method::POST, PATH, &staff)
            .header("Idempotency-Key", "k-1")
            .json(&body(&json!({}))),
    )
    .await;
    assert_eq!(
        (other.status, other.problem().as_str()),
        (422, "idempotency-key-reused")
    );
    assert_eq!(app.database.count("SELECT count(*) FROM ehr_proxy.consents").await, 1);

    let events: Vec<Value> = sqlx::query_scalar("SELECT envelope FROM ehr_proxy.outbox ORDER BY sequence")
        .fetch_all(&app.database.owner)
        .await
        .unwrap();
    assert_eq!(events[0]["type"], "ehr-proxy.consent.recorded.v1");
    assert_eq!(events[0]["organization_id"], app.organization_id.to_string());
    let event: mc_contracts::ConsentRecorded = serde_json::from_value(events[0]["data"].clone()).unwrap();
    assert_eq!(serde_json::to_value(&event).unwrap(), first.json());
    assert_eq!(events[1]["data"]["action"], "ehr.consent.record");
    assert_eq!(events.len(), 2);
}

#[actix_web::test]
async fn a_decision_about_a_visit_must_be_that_of_its_patient() {
    let app = TestApp::start().await;
    let (staff, patient) = (app.caller(Role::Staff), app.caller(Role::Patient).patient(PATIENT));
    let post = |key: &str, caller: &Caller, of: &str, encounter: &str| {
        let decision = json!({ "patient_id": of, "purpose": "payment", "decision": "deny", "encounter_id": encounter });
        let request = app.request(Method::POST, PATH, caller);
        send(request.header("Idempotency-Key", key).json(&decision))
    };
    // Without a decision yet, staff may record one: the EHR may be unavailable.
    assert_eq!(post("k-1", &staff, PATIENT, ENCOUNTER).await.status, 201);
    assert_eq!(post("k-2", &staff, "pat-2", "enc-2").await.status, 201);
    assert_eq!(
        post("k-3", &patient, PATIENT, ENCOUNTER).await.status,
        409,
        "no EHR is connected yet"
    );
    let ehr = Ehr::start().await;
    app.connect(&ehr.base()).await;
    for (key, caller, of, encounter) in [
        ("k-4", &staff, "pat-2", ENCOUNTER),
        ("k-5", &patient, PATIENT, "enc-2"),
        ("k-6", &patient, PATIENT, "enc-9"),
    ] {
        let refused = post(key, caller, of, encounter).await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        assert!(refused.text.contains("/encounter_id"), "{}", refused.text);
    }
    assert_eq!(app.database.count("SELECT count(*) FROM ehr_proxy.consents").await, 2);
    let refused =
        "SELECT count(*) FROM ehr_proxy.outbox WHERE envelope->'data'->'details'->>'reason' = 'not_their_visit'";
    assert_eq!(app.database.count(refused).await, 3, "each refusal is on record");
    assert_eq!(post("k-7", &patient, PATIENT, ENCOUNTER).await.status, 201);
}

#[actix_web::test]
async fn a_decision_about_charges_that_billing_could_not_apply_is_refused() {
    let app = TestApp::start().await;
    let staff = app.caller(Role::Staff);
    for (more, status, place) in [
        (json!({ "decision": "permit" }), 422, "/encounter_id"),
        (
            json!({ "decision": "permit", "encounter_id": "enc-1", "grantee": UserId::new() }),
            422,
            "/grantee",
        ),
        (json!({ "decision": "deny", "grantee": UserId::new() }), 422, "/grantee"),
        (json!({ "decision": "deny" }), 201, ""),
        (json!({ "decision": "permit", "encounter_id": "enc-1" }), 201, ""),
    ] {
        let mut decision = body(&more);
        decision["purpose"] = json!("payment");
        let request = app.request(Method::POST, PATH, &staff);
        let key = mc_vocabulary::EventId::new().to_string();
        let answer = send(request.header("Idempotency-Key", key).json(&decision)).await;
        assert_eq!(answer.status, status, "{decision}: {}", answer.text);
        assert!(answer.text.contains(place), "{decision}: {}", answer.text);
    }
}

#[actix_web::test]
async fn decisions_are_listed_newest_first_in_pages_under_tenant_isolation() {
    let app = TestApp::start().await;
    for decision in ["permit", "deny", "permit"] {
        app.consent("pat-1", decision, json!({})).await;
    }
    app.consent("pat-2", "deny", json!({})).await;
    let staff = app.caller(Role::Staff);
    let get = |query: &str| app.request(Method::GET, &format!("{PATH}?{query}"), &staff);
    let page = send(get("patient_id=pat-1&limit=2")).await.json();
    let decisions: Vec<_> = page["consents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["decision"].clone())
        .collect();
    assert_eq!(decisions, ["permit", "deny"]);
    let rest = send(get(&format!(
        "patient_id=pat-1&limit=2&before={}",
        page["next"].as_str().unwrap()
    )))
    .await
    .json();
    assert_eq!(rest["consents"].as_array().unwrap().len(), 1);
    assert!(rest["next"].is_null());
    for (query, status) in [
        ("limit=2", 400),
        ("patient_id=a/b", 400),
        ("patient_id=pat-1&limit=0", 422),
        ("patient_id=pat-1&x=1", 400),
    ] {
        let got = send(get(query)).await;
        assert_eq!(got.status, status, "{query}: {}", got.text);
        assert_eq!(got.header("content-type"), "application/problem+json");
    }
    let elsewhere = mc_testkit::Caller::new(mc_vocabulary::OrganizationId::new(), Role::Staff);
    let theirs = send(app.request(Method::GET, &format!("{PATH}?patient_id=pat-1"), &elsewhere))
        .await
        .json();
    assert_eq!(theirs["consents"], json!([]));
}

#[actix_web::test]
async fn patients_decide_for_themselves_and_no_one_opens_a_chart_to_themselves() {
    let app = TestApp::start().await;
    let post = |caller: &mc_testkit::Caller, more: Value| {
        app.request(Method::POST, PATH, caller)
            .header("Idempotency-Key", mc_vocabulary::EventId::new().to_string())
            .json(&body(&more))
    };
    let patient = app.caller(Role::Patient).patient("pat-1");
    assert_eq!(send(post(&patient, json!({}))).await.status, 201);
    assert_eq!(send(post(&patient, json!({ "patient_id": "pat-2" }))).await.status, 403);
    for role in [Role::Billing, Role::Compliance, Role::Integration] {
        assert_eq!(send(post(&app.caller(role), json!({}))).await.status, 403, "{role}");
    }
    let doctor = app.caller(Role::Doctor);
    assert_eq!(
        send(post(&doctor, json!({ "grantee": doctor.user_id }))).await.status,
        403
    );
    assert_eq!(send(post(&doctor, json!({}))).await.status, 403);
    assert_eq!(
        send(post(&doctor, json!({ "grantee": UserId::new() }))).await.status,
        201
    );
    assert_eq!(send(post(&doctor, json!({ "decision": "deny" }))).await.status, 201);
    assert_eq!(
        send(post(
            &app.caller(Role::Nurse),
            json!({ "purpose": "payment", "encounter_id": "enc-1" })
        ))
        .await
        .status,
        201
    );
}

#[actix_web::test]
async fn a_decision_cannot_be_edited_by_the_serving_role() {
    let app = TestApp::start().await;
    app.consent("pat-1", "permit", json!({})).await;
    for sql in [
        "UPDATE ehr_proxy.consents SET decision = 'deny'",
        "DELETE FROM ehr_proxy.consents",
    ] {
        let refused = sqlx::query(sql).execute(&app.database.serving).await.unwrap_err();
        assert!(refused.to_string().contains("permission denied"), "{refused}");
    }
}

#[actix_web::test]
async fn an_old_permit_that_is_sent_again_does_not_undo_a_withdrawal() {
    let app = TestApp::start().await;
    let staff = app.caller(Role::Staff);
    let post = |key: &str, decision: &str| {
        let decision = body(&json!({ "purpose": "payment", "encounter_id": "enc-1", "decision": decision }));
        send(
            app.request(Method::POST, PATH, &staff)
                .header("Idempotency-Key", key)
                .json(&decision),
        )
    };
    assert_eq!(post("k-1", "permit").await.status, 201);
    assert_eq!(post("k-2", "deny").await.status, 201);
    // The stored response is older than 24 hours.
    sqlx::query("UPDATE ehr_proxy.idempotency_keys SET expires_at = now() - interval '1 second'")
        .execute(&app.database.owner)
        .await
        .unwrap();
    let again = post("k-1", "permit").await;
    assert_eq!(
        (again.status, again.problem().as_str()),
        (422, "idempotency-key-reused")
    );
    assert_eq!(app.database.count("SELECT count(*) FROM ehr_proxy.consents").await, 2);
}
