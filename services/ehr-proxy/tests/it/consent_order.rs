//! Which of several decisions counts: the one that was committed last.

use crate::{
    app::{EhrOptions, TestApp, send},
    ehr::{ENCOUNTER, Ehr, PATIENT},
};
use chrono::Duration;
use mc_access::tenancy;
use mc_ehr_proxy::{
    domain::{Consent, ConsentDecision, ConsentPurpose},
    startup::SERVICE,
    store::consents,
};
use mc_testkit::{Database, TestOptions, eventually};
use mc_vocabulary::{Clock, ConsentId, Role};
use serde_json::{Value, json};
use sqlx::{PgConnection, migrate::Migrator};
use std::{borrow::Cow, path::Path};

async fn orders(app: &TestApp, sql: &'static str) -> Vec<String> {
    sqlx::query_scalar(sql).fetch_all(&app.database.owner).await.unwrap()
}

#[actix_web::test]
async fn a_decision_recorded_by_a_process_whose_clock_is_behind_replaces_the_earlier_one() {
    let clock = Clock::manual(Clock::System.now());
    let test = TestOptions {
        clock: clock.clone(),
        ..TestOptions::default()
    };
    let app = TestApp::start_with(EhrOptions {
        test,
        ..EhrOptions::default()
    })
    .await;
    let ehr = Ehr::start().await;
    app.connect(&ehr.base()).await;
    let permit = app.consent(PATIENT, "permit", json!({})).await;
    assert_eq!(send(app.summary(&app.caller(Role::Doctor))).await.status, 200);
    clock.advance(-Duration::minutes(5));
    let deny = app.consent(PATIENT, "deny", json!({})).await;
    let refused = send(app.summary(&app.caller(Role::Doctor))).await;
    assert_eq!((refused.status, refused.problem().as_str()), (403, "consent-required"));
    let path = format!("/api/v1/integrations/ehr/consents?patient_id={PATIENT}&limit=1");
    let get = |path: String| send(app.request(reqwest::Method::GET, &path, &app.caller(Role::Staff)));
    let newest = get(path.clone()).await.json();
    assert_eq!(newest["consents"][0]["consent_id"], deny);
    let rest = get(format!("{path}&before={}", newest["next"].as_str().unwrap()))
        .await
        .json();
    assert_eq!(rest["consents"][0]["consent_id"], permit);
    assert!(newest["consents"][0]["sequence"].as_i64() > rest["consents"][0]["sequence"].as_i64());
}

#[actix_web::test]
async fn a_decision_waits_for_another_about_the_same_patient_and_is_numbered_after_it() {
    let app = TestApp::start().await;
    let first = Consent {
        id: ConsentId::new(),
        patient_id: PATIENT.parse().unwrap(),
        purpose: ConsentPurpose::Treatment,
        decision: ConsentDecision::Permit,
        encounter_id: None,
        grantee: None,
        recorded_by: "another process".to_owned(),
        recorded_at: Clock::System.now(),
        sequence: None,
    };
    let mut transaction = tenancy::begin(&app.database.serving, app.organization_id)
        .await
        .unwrap();
    insert(&mut transaction, &app, &first).await;
    let commit = commit_once_another_waits(&app, transaction);
    let (second, ()) = tokio::join!(app.consent(PATIENT, "deny", json!({})), commit);
    let order = orders(&app, "SELECT id::text FROM ehr_proxy.consents ORDER BY sequence").await;
    assert_eq!(order, [first.id.to_string(), second.as_str().unwrap().to_owned()]);
}

/// Staff record a permit of another patient for a visit while the visit's own patient decides: the
/// permit was not contested when it was sent.
#[actix_web::test]
async fn a_permit_of_another_patient_that_waited_for_a_decision_about_the_visit_is_checked_in_the_ehr() {
    let app = TestApp::start().await;
    let ehr = Ehr::start().await;
    app.connect(&ehr.base()).await;
    let own = Consent {
        id: ConsentId::new(),
        patient_id: PATIENT.parse().unwrap(),
        purpose: ConsentPurpose::Payment,
        decision: ConsentDecision::Deny,
        encounter_id: Some(ENCOUNTER.parse().unwrap()),
        grantee: None,
        recorded_by: "another process".to_owned(),
        recorded_at: Clock::System.now(),
        sequence: None,
    };
    let mut transaction = tenancy::begin(&app.database.serving, app.organization_id)
        .await
        .unwrap();
    insert(&mut transaction, &app, &own).await;
    let body = json!({ "patient_id": "pat-2", "purpose": "payment", "decision": "permit", "encounter_id": ENCOUNTER });
    let request = app.request(
        reqwest::Method::POST,
        "/api/v1/integrations/ehr/consents",
        &app.caller(Role::Staff),
    );
    let permit = send(request.header("Idempotency-Key", "k-1").json(&body));
    let commit = commit_once_another_waits(&app, transaction);
    let (refused, ()) = tokio::join!(permit, commit);
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert!(refused.text.contains("/encounter_id"), "{}", refused.text);
    let order = orders(&app, "SELECT id::text FROM ehr_proxy.consents").await;
    assert_eq!(order, [own.id.to_string()]);
}

async fn insert(transaction: &mut PgConnection, app: &TestApp, consent: &Consent) {
    let (patient_id, encounter_id) = (&consent.patient_id, consent.encounter_id.as_ref());
    consents::lock_order(transaction, app.organization_id, patient_id, encounter_id)
        .await
        .unwrap();
    consents::insert(transaction, app.organization_id, consent)
        .await
        .unwrap();
}

async fn commit_once_another_waits(app: &TestApp, transaction: tenancy::Transaction) {
    let waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted \
                   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    eventually("the second decision to wait", || async {
        (app.database.count(waiting).await == 1).then_some(())
    })
    .await;
    transaction.commit().await.unwrap();
}

#[actix_web::test]
async fn decisions_in_parallel_are_published_with_the_numbers_that_are_stored() {
    let app = TestApp::start().await;
    let decide = |n: usize| app.consent(PATIENT, if n.is_multiple_of(2) { "permit" } else { "deny" }, json!({}));
    futures_util::future::join_all((0..12).map(decide)).await;
    let stored = orders(
        &app,
        "SELECT id || ' ' || sequence FROM ehr_proxy.consents ORDER BY sequence",
    )
    .await;
    let published = "SELECT concat(envelope->'data'->>'consent_id', ' ', envelope->'data'->>'sequence') FROM ehr_proxy.outbox \
                     WHERE envelope->>'type' = 'ehr-proxy.consent.recorded.v1' ORDER BY sequence";
    assert_eq!(orders(&app, published).await, stored);
    assert_eq!(stored.len(), 12);
}

#[actix_web::test]
async fn decisions_of_the_last_release_keep_their_order_by_time() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/ehr_proxy");
    let all = Migrator::new(Path::new(folder)).await.unwrap();
    let without_sequence = all.iter().filter(|migration| migration.version <= 20_261_130_000_002);
    let before = Migrator {
        migrations: Cow::Owned(without_sequence.cloned().collect()),
        ..Migrator::DEFAULT
    };
    let database = Database::fresh(SERVICE.schema, &before).await;
    let insert = |from: u8, to: u8| {
        let sql = "INSERT INTO ehr_proxy.consents (id, organization_id, patient_id, purpose, decision, recorded_by, recorded_at) \
                  SELECT gen_random_uuid(), gen_random_uuid(), 'pat-' || n, 'treatment', 'deny', 'x', now() - n * interval '1 hour' \
                  FROM generate_series($1, $2) n";
        sqlx::query(sql)
            .bind(i32::from(from))
            .bind(i32::from(to))
            .execute(&database.owner)
    };
    insert(1, 3).await.unwrap();
    all.run(&database.owner).await.unwrap();
    // As a program of the last release inserts it.
    insert(9, 9).await.unwrap();
    let rows: Value = sqlx::query_scalar("SELECT jsonb_agg(patient_id ORDER BY sequence) FROM ehr_proxy.consents")
        .fetch_one(&database.owner)
        .await
        .unwrap();
    assert_eq!(rows, json!(["pat-3", "pat-2", "pat-1", "pat-9"]));
}
