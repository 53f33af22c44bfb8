//! Searching by any field, in any order, page by page; unmasking.

use crate::app::{TestApp, record};
use mc_contracts::{Actor, AuditRecord, Entity, Outcome};
use mc_testkit::eventually;
use mc_vocabulary::{OrganizationId, Role};
use serde_json::{Value, json};

const EVENTS: &str = "/api/v1/integrations/audit/events";

/// Twelve events that differ in every element that sorts.
fn varied() -> Vec<AuditRecord> {
    let start: chrono::DateTime<chrono::Utc> = "2026-11-22T08:00:00Z".parse().unwrap();
    (0..12)
        .map(|n: i64| {
            let mut record = record(&format!("test.thing.{}", n % 4));
            record.occurred_at = start + chrono::TimeDelta::minutes((n * 7) % 12);
            record.actor = Actor::system(&format!("worker-{}", n % 3));
            record.patient_id = (n % 5 != 0).then(|| format!("pat-{}", n % 5).parse().unwrap());
            record.entity = (n % 2 == 0).then(|| Entity {
                kind: "Encounter".to_owned(),
                id: format!("enc-{n}"),
            });
            record.outcome = if n == 3 { Outcome::Denied } else { Outcome::Success };
            record.emergency = n == 4;
            record.source_ip = (n == 5).then(|| "192.0.2.7".parse().unwrap());
            record
        })
        .collect()
}

fn events(page: &Value) -> Vec<Value> {
    page["events"].as_array().unwrap().clone()
}

/// The element sorted by, as text.
fn element(event: &Value, sort: &str) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    match sort {
        "time" => text(&event["occurred_at"]),
        "patient" => text(&event["patient"]),
        "user" => text(&event["who"]["id"]),
        "action" => text(&event["action"]),
        _ => text(&event["entity"]["id"]),
    }
}

#[actix_web::test]
async fn every_element_sorts_both_ways_over_all_pages_without_loss_or_repeat() {
    let app = TestApp::start().await;
    app.publish_all(&varied()).await;
    for sort in ["time", "patient", "user", "action", "entity"] {
        for down in ["", "-"] {
            let requested = format!("{EVENTS}?service=billing&limit=5&sort={down}{sort}");
            let (mut seen, mut cursor) = (Vec::new(), String::new());
            loop {
                let page = app.read(&format!("{requested}{cursor}")).await;
                seen.extend(events(&page));
                let Some(next) = page["next"].as_str() else { break };
                cursor = format!("&cursor={next}");
            }
            let elements: Vec<_> = seen.iter().map(|event| element(event, sort)).collect();
            let sorted = if down.is_empty() {
                elements.is_sorted()
            } else {
                elements.iter().rev().is_sorted()
            };
            assert!(sorted, "{down}{sort}: {elements:?}");
            let ids: std::collections::BTreeSet<_> = seen.iter().map(|e| e["event_id"].to_string()).collect();
            assert_eq!((seen.len(), ids.len()), (12, 12), "{down}{sort}");
        }
    }
}

#[actix_web::test]
async fn every_field_is_searched_by() {
    let app = TestApp::start().await;
    app.publish_all(&varied()).await;
    let found =
        async |query: &str| events(&app.read(&format!("{EVENTS}?service=billing&limit=500&{query}")).await).len();
    assert_eq!(found("action=test.thing.1").await, 3);
    assert_eq!(found("action=test.thing.1,test.thing.2").await, 6);
    assert_eq!(found("outcome=denied").await, 1);
    assert_eq!(found("emergency=true").await, 1);
    assert_eq!(found("source_ip=192.0.2.7").await, 1);
    assert_eq!(found("user=worker-0").await, 4);
    assert_eq!(found("entity_kind=Encounter&entity_id=enc-2").await, 1);
    assert_eq!(found("interaction=R&purpose=TREAT&actor_kind=system").await, 12);
    assert_eq!(found("since=2026-11-22T08:03:00Z&until=2026-11-22T08:05:00Z").await, 2);
    assert_eq!(found("trace_id=ffffffffffffffffffffffffffffffff").await, 0);
    let page = app.read(&format!("{EVENTS}?action=test.thing.2&sort=-patient")).await;
    let masked = events(&page)[0]["patient"].as_str().unwrap().to_owned();
    assert!((2..=3).contains(&found(&format!("patient={masked}")).await));
}

#[actix_web::test]
async fn a_patient_is_named_in_a_body_and_masked_in_the_answer_and_in_the_log() {
    let app = TestApp::start().await;
    app.publish_all(&varied()).await;
    let token = app.issuer.token(&app.caller(Role::Compliance));
    let body =
        json!({ "patient_id": "pat-1", "filters": { "action": ["test.thing.1", "test.thing.2"], "sort": "time" } });
    let response = app
        .send("POST", &format!("{EVENTS}/search"), Some(&token), Some(&body))
        .await;
    assert_eq!(response.status(), 200);
    let page: Value = response.json().await.unwrap();
    assert!(!events(&page).is_empty());
    assert!(!page.to_string().contains("pat-1"));
    let refused = app.get(&format!("{EVENTS}?patient_id=pat-1"), Some(&token)).await;
    assert_eq!(refused.status(), 400, "no patient's id in a URL");
    eventually("the search in the log", || async {
        let page = app
            .read(&format!("{EVENTS}?action=audit.events.search&sort=time&limit=1"))
            .await;
        let first = events(&page).into_iter().next()?;
        // The names of the searched fields are recorded, their values are not.
        let query = first["details"]["query"].as_str().unwrap();
        assert!(query.starts_with("POST /events/search?action=query_"), "{query}");
        assert!(first["patient"].as_str().unwrap().starts_with("pt_"));
        Some(())
    })
    .await;
}

#[actix_web::test]
async fn a_trace_id_that_cannot_exist_is_refused_instead_of_finding_nothing() {
    let app = TestApp::start().await;
    let token = app.issuer.token(&app.caller(Role::Compliance));
    let wrong = "z".repeat(32);
    for path in [EVENTS, "/api/v1/integrations/audit/recent"] {
        let response = app.get(&format!("{path}?trace_id={wrong}"), Some(&token)).await;
        assert_eq!(response.status(), 422, "{path}");
        let text = response.text().await.unwrap();
        assert!(
            text.contains("32 hexadecimal digits") && !text.contains(&wrong),
            "{text}"
        );
    }
}

#[actix_web::test]
async fn a_cursor_is_of_one_question_and_one_organisation_and_cannot_be_forged() {
    let app = TestApp::start().await;
    app.publish_all(&varied()).await;
    let page = app.read(&format!("{EVENTS}?limit=2&sort=user")).await;
    let next = page["next"].as_str().unwrap().to_owned();
    let readable = base64::Engine::decode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, &next).unwrap();
    assert!(
        !readable.windows(6).any(|window| window == b"worker"),
        "a client cannot read it"
    );
    let token = app.issuer.token(&app.caller(Role::Compliance));
    let status = async |query: String, token: &str| app.get(&format!("{EVENTS}?{query}"), Some(token)).await.status();
    assert_eq!(status(format!("limit=7&sort=user&cursor={next}"), &token).await, 200);
    assert_eq!(status(format!("limit=2&sort=-user&cursor={next}"), &token).await, 400);
    assert_eq!(
        status(format!("limit=2&sort=user&outcome=denied&cursor={next}"), &token).await,
        400
    );
    let mut forged = next.clone().into_bytes();
    let last = forged.len() - 2;
    forged[last] = if forged[last] == b'A' { b'B' } else { b'A' };
    let forged = String::from_utf8(forged).unwrap();
    assert_eq!(status(format!("limit=2&sort=user&cursor={forged}"), &token).await, 400);
    assert_eq!(status("cursor=nonsense".to_owned(), &token).await, 400);
    let elsewhere = mc_testkit::Caller::new(OrganizationId::new(), Role::Compliance);
    let elsewhere = app.issuer.token(&elsewhere);
    assert_eq!(
        status(format!("limit=2&sort=user&cursor={next}"), &elsewhere).await,
        400
    );
}

#[actix_web::test]
async fn unmasking_gives_the_patient_and_is_on_record() {
    let app = TestApp::start().await;
    app.publish(1).await;
    let event = app.first_event().await;
    let token = app.issuer.token(&app.caller(Role::Compliance));
    let unmask = async |event: &str, body: Value| {
        app.send("POST", &format!("{EVENTS}/{event}/unmask"), Some(&token), Some(&body))
            .await
    };
    let short = unmask(&event, json!({ "justification": "why" })).await;
    assert_eq!(short.status(), 422);
    let why = json!({ "justification": "complaint 42 of the patient" });
    let answer: Value = unmask(&event, why.clone()).await.json().await.unwrap();
    assert_eq!(answer["patient_id"], "pat-1");
    let unknown = unmask("01936d00-0000-7000-8000-000000000001", why).await;
    assert_eq!(unknown.status(), 404);
    eventually("the unmasking in the log", || async {
        let page = app.read(&format!("{EVENTS}?action=audit.event.unmask")).await;
        let recorded = events(&page).into_iter().next()?;
        assert_eq!(recorded["why"]["justification"], "complaint 42 of the patient");
        assert_eq!(recorded["entity"]["id"], event);
        assert!(recorded["patient"].as_str().unwrap().starts_with("pt_"));
        Some(())
    })
    .await;
}

#[actix_web::test]
async fn another_organisations_event_does_not_exist() {
    let app = TestApp::start().await;
    app.publish(1).await;
    let event = app.first_event().await;
    let elsewhere = mc_testkit::Caller::new(OrganizationId::new(), Role::Compliance);
    let token = app.issuer.token(&elsewhere);
    assert_eq!(app.get(&format!("{EVENTS}/{event}"), Some(&token)).await.status(), 404);
    let fhir = format!("/api/v1/integrations/audit/fhir/AuditEvent/{event}");
    assert_eq!(app.get(&fhir, Some(&token)).await.status(), 404);
    let body = json!({ "justification": "curious about neighbours" });
    let unmask = app
        .send("POST", &format!("{EVENTS}/{event}/unmask"), Some(&token), Some(&body))
        .await;
    assert_eq!(unmask.status(), 404);
}
