//! Alerts as compliance works on them: owner, decisions, notes, the notice clock, and what others
//! see of it.

use crate::app::TestApp;
use mc_testkit::Caller;
use mc_vocabulary::{OrganizationId, Role};
use reqwest::Response;
use serde_json::{Value, json};

const ALERTS: &str = "/api/v1/integrations/audit/alerts";

impl TestApp {
    /// An open case of the organisation, opened yesterday, as detection would store it.
    pub async fn alert(&self) -> String {
        let id = mc_vocabulary::AlertId::new();
        sqlx::query(
            "INSERT INTO audit.cases (case_id, organization_id, rule, title, severity, subject_kind, subject_id, state, starts_clock, figure, \
                threshold, events, first_event_at, last_event_at, opened_at, discovered_at, version) \
             VALUES ($1, $2, 'many_patients', 'Many patients', 'high', 'actor', $3, 'open', true, 41, 40, 41, now(), now(), \
                now() - interval '1 day', now() - interval '1 day', 1)",
        )
        .bind(id.uuid())
        .bind(self.organization_id.uuid())
        .bind(id.to_string())
        .execute(&self.database.owner)
        .await
        .unwrap();
        id.to_string()
    }

    async fn patch(&self, caller: &Caller, id: &str, version: Option<&str>, body: Value) -> Response {
        let mut request = reqwest::Client::builder()
            .build()
            .unwrap()
            .patch(format!("{}{ALERTS}/{id}", self.base))
            .bearer_auth(self.issuer.token(caller))
            .json(&body);
        if let Some(version) = version {
            request = request.header("If-Match", version);
        }
        request.send().await.unwrap()
    }
}

#[actix_web::test]
async fn a_case_is_taken_decided_and_closed_and_every_step_is_in_the_log() {
    let app = TestApp::start().await;
    let (id, officer) = (app.alert().await, app.caller(Role::Compliance));
    let shown = app.read(&format!("{ALERTS}/{id}")).await;
    assert_eq!(
        (&shown["state"], &shown["notice"]["provisional"]),
        (&json!("open"), &json!(true))
    );
    assert_eq!(
        (&shown["notice"]["days_left"], &shown["notice"]["overdue"]),
        (&json!(58), &json!(false))
    );

    let taken = app
        .patch(&officer, &id, Some("\"1\""), json!({ "state": "investigating" }))
        .await;
    assert_eq!(
        (taken.status().as_u16(), &taken.headers()["etag"]),
        (200, &"\"2\"".parse().unwrap())
    );
    let taken: Value = taken.json().await.unwrap();
    assert_eq!(
        taken["owner"],
        officer.user_id.to_string(),
        "whoever begins to look has it"
    );

    // An hour less than ten days beyond the end, so that a slow test does not reach the next day.
    let known = chrono::Utc::now() - chrono::Duration::days(70) + chrono::Duration::hours(1);
    let breach = json!({ "state": "breach", "discovered_at": known, "note": "Read the chart of Alonsa Quixano." });
    let breach: Value = app.patch(&officer, &id, None, breach).await.json().await.unwrap();
    assert_eq!(
        (&breach["notice"]["overdue"], &breach["notice"]["provisional"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(breach["notice"]["days_left"], -10);
    assert_eq!(breach["notes"][1]["words"], "Read the chart of Alonsa Quixano.");
    let in_clear =
        "SELECT count(*) FROM audit.case_notes WHERE position('Quixano' IN encode(words_sealed, 'escape')) > 0";
    assert_eq!(app.database.count(in_clear).await, 0, "words are sealed");

    let closed: Value = app
        .patch(&officer, &id, None, json!({ "state": "closed" }))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(
        (&closed["state"], &closed["next_states"]),
        (&json!("closed"), &json!([]))
    );
    let again = app
        .patch(&officer, &id, None, json!({ "state": "investigating" }))
        .await;
    assert_eq!(again.status(), 422);
    let noted = app
        .patch(&officer, &id, None, json!({ "note": "Letters were sent." }))
        .await;
    assert_eq!(noted.status(), 200);

    mc_testkit::eventually("four changes in the log", || async {
        let count = "SELECT count(*) FROM audit.events WHERE action = 'audit.alert.update'";
        (app.database.count(count).await == 4).then_some(())
    })
    .await;
    let leaves = "SELECT count(*) FROM audit.events WHERE position('Quixano' IN encode(leaf, 'escape')) > 0";
    assert_eq!(app.database.count(leaves).await, 0);
}

#[actix_web::test]
async fn what_may_not_be_decided_is_refused_and_changes_nothing() {
    let app = TestApp::start().await;
    let (id, officer) = (app.alert().await, app.caller(Role::Compliance));
    let future = chrono::Utc::now() + chrono::Duration::days(1);
    for (body, status) in [
        (json!({ "state": "closed" }), 422),
        (json!({ "state": "no_breach" }), 422),
        (json!({ "state": "lost" }), 422),
        (json!({ "discovered_at": future }), 422),
        (json!({}), 422),
        (json!({ "note": "" }), 422),
        (json!({ "severity": "low" }), 422),
    ] {
        assert_eq!(
            app.patch(&officer, &id, None, body.clone()).await.status(),
            status,
            "{body}"
        );
    }
    let stale = app.patch(&officer, &id, Some("\"7\""), json!({ "note": "x" })).await;
    assert_eq!(stale.status(), 412);
    let unreadable = app.patch(&officer, &id, Some("seven"), json!({ "note": "x" })).await;
    assert_eq!(unreadable.status(), 400);
    assert_eq!(app.database.count("SELECT version FROM audit.cases").await, 1);
    let decided = app
        .patch(
            &officer,
            &id,
            None,
            json!({ "state": "no_breach", "note": "Treating physician." }),
        )
        .await;
    let decided: Value = decided.json().await.unwrap();
    assert_eq!(
        (&decided["state"], &decided["notice"]),
        (&json!("no_breach"), &Value::Null)
    );
}

#[actix_web::test]
async fn alerts_are_listed_by_what_they_are_page_by_page_and_not_to_another_organisation() {
    let app = TestApp::start().await;
    let (first, second, third) = (app.alert().await, app.alert().await, app.alert().await);
    app.patch(
        &app.caller(Role::Admin),
        &second,
        None,
        json!({ "state": "investigating" }),
    )
    .await;
    let ids = |page: &Value| -> Vec<String> {
        let alerts = page["alerts"].as_array().unwrap();
        alerts
            .iter()
            .map(|alert| alert["alert_id"].as_str().unwrap().to_owned())
            .collect()
    };
    let page = app.read(&format!("{ALERTS}?limit=2")).await;
    assert_eq!(ids(&page), [third.clone(), second.clone()]);
    let rest = app
        .read(&format!("{ALERTS}?limit=2&before={}", page["next"].as_str().unwrap()))
        .await;
    assert_eq!((ids(&rest), &rest["next"]), (vec![first.clone()], &Value::Null));
    let open = app
        .read(&format!("{ALERTS}?state=open&severity=high&rule=many_patients"))
        .await;
    assert_eq!(ids(&open), [third, first.clone()]);
    assert!(ids(&app.read(&format!("{ALERTS}?severity=low")).await).is_empty());
    let other = Caller::new(OrganizationId::new(), Role::Compliance);
    let token = app.issuer.token(&other);
    assert_eq!(app.get(&format!("{ALERTS}/{first}"), Some(&token)).await.status(), 404);
    assert_eq!(
        app.patch(&other, &first, None, json!({ "note": "x" })).await.status(),
        404
    );
    let elsewhere: Value = app.get(ALERTS, Some(&token)).await.json().await.unwrap();
    assert!(ids(&elsewhere).is_empty());
}

#[actix_web::test]
async fn networks_and_members_are_checked_and_members_kept_by_pseudonym_only() {
    let app = TestApp::start().await;
    let token = app.issuer.token(&app.caller(Role::Compliance));
    let networks = "/api/v1/integrations/audit/networks";
    let network = |addresses: &str| json!({ "networks": [{ "addresses": addresses, "place": "Boston", "latitude": 42.4, "longitude": -71.1 }] });
    let put = async |path: &str, body: Value| app.send("PUT", path, Some(&token), Some(&body)).await;
    assert_eq!(put(networks, network("192.0.2.0/24")).await.status(), 200);
    assert_eq!(put(networks, network("somewhere")).await.status(), 422);
    let mut odd = network("192.0.2.0/24");
    odd["networks"][0]["place"] = json!("Bos\u{0}ton");
    assert_eq!(put(networks, odd).await.status(), 422);
    let hidden = app.get(&format!("{ALERTS}?subject=a%00b"), Some(&token)).await;
    assert_eq!(hidden.status(), 422);
    let mut twice = network("192.0.2.0/24");
    let again = twice["networks"][0].clone();
    twice["networks"].as_array_mut().unwrap().push(again);
    assert_eq!(put(networks, twice).await.status(), 422);
    assert_eq!(app.read(networks).await, network("192.0.2.0/24"));

    let member = "/api/v1/integrations/audit/workforce/01936d00-0000-7000-8000-000000000001";
    let body = json!({ "patient_id": "pat-7", "family_name": "Quixano", "address": { "lines": ["7 Windmill Lane"], "postal_code": "02139" } });
    let known: Value = put(member, body).await.json().await.unwrap();
    assert_eq!(
        (&known["patient"], &known["family_name"], &known["address"]),
        (&json!(true), &json!(true), &json!(true))
    );
    let plain = "SELECT count(*) FROM audit.workforce WHERE patient LIKE '%pat-7%' OR family_key ILIKE '%quixano%' OR address_key ILIKE '%windmill%'";
    assert_eq!(app.database.count(plain).await, 0);
    assert_eq!(
        put(member, json!({ "address": { "lines": [], "postal_code": "1" } }))
            .await
            .status(),
        422
    );
}
