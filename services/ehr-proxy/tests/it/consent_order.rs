//! Which of several decisions counts: the one that was committed last.

use crate::{
    app::{EhrOptions, TestApp, send},
    ehr::{Ehr, PATIENT},
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
use sqlx::migrate::Migrator;
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
    consents::insert(&mut transaction, app.organization_id, &first)
        .await
        .unwrap();
    let waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted \
                   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    let commit = async {
        eventually("the second decision to wait", || async {
            (app.database.count(waiting).await == 1).then_some(())
        })
        .await;
        transaction.commit().await.unwrap();
    };
    let (second, ()) = tokio::join!(app.consent(PATIENT, "deny", json!({})), commit);
    let order = orders(&app, "SELECT id::text FROM ehr_proxy.consents ORDER BY sequence").await;
    assert_eq!(order, [first.id.to_string(), second.as_str().unwrap().to_owned()]);
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
