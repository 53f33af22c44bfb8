//! Values of the member appear nowhere but in sealed columns.

use crate::{
    app::{COVERAGES, TestApp, VERIFY, coverage},
    payer::Behavior,
};
use mc_vocabulary::Role;
use reqwest::Method;
use serde_json::{Value, json};

const MEMBER: [&str; 4] = ["castafiore", "bianca", "c100200300", "1984-03-17"];

fn holds_member(text: &str) -> bool {
    let text = text.to_lowercase();
    MEMBER.iter().any(|value| text.contains(value)) || text.contains("19840317")
}

#[actix_web::test]
async fn no_event_row_health_page_or_refusal_holds_anything_of_the_member() {
    let app = TestApp::start().await;
    let id = app.add_coverage().await;
    for behavior in [
        Behavior::Active,
        Behavior::Rejects("75"),
        Behavior::NoX12,
        Behavior::NoEnvelope,
        Behavior::Status(500),
        Behavior::Status(403),
    ] {
        app.payer.behave(behavior);
        assert!(!holds_member(&app.verify(&id).await.to_string()));
    }
    assert!(!holds_member(&format!("{:?}", app.outbox().await)));
    let rows = "SELECT count(*) FROM ( \
        SELECT c::text AS row FROM eligibility.coverages c UNION ALL SELECT encode(member_sealed, 'escape') FROM eligibility.coverages \
        UNION ALL SELECT v::text FROM eligibility.verifications v UNION ALL SELECT encode(response_sealed, 'escape') FROM eligibility.verifications \
        UNION ALL SELECT i::text FROM eligibility.inquiries i UNION ALL SELECT k::text FROM eligibility.idempotency_keys k \
        UNION ALL SELECT encode(response, 'escape') FROM eligibility.idempotency_keys) AS every \
        WHERE row ~* 'castafiore|bianca|c100200300|1984-03-17|19840317'";
    assert_eq!(app.database.count(rows).await, 0);
    for page in [
        "/internal/components",
        "/internal/evidence",
        "/metrics",
        "/health/readiness",
    ] {
        let text = app.call(Method::GET, page, None, None).await.text().await.unwrap();
        assert!(!text.is_empty() && !holds_member(&text), "{page}");
    }
    let staff = app.token(Role::Staff);
    let mut body = coverage("pat-1");
    body["member"]["given"] = json!("Bianca Castafiore\u{7}");
    body["member"]["Bianca Castafiore"] = json!(1);
    for (method, path, body) in [
        (Method::POST, COVERAGES.to_owned(), Some(&body)),
        (Method::POST, VERIFY.to_owned(), Some(&body)),
        (Method::GET, format!("{VERIFY}?coverage_id=Castafiore"), None),
        (
            Method::GET,
            format!("{VERIFY}?coverage_id={id}&member_id=C100200300"),
            None,
        ),
        (Method::GET, format!("{COVERAGES}/Castafiore"), None),
    ] {
        let (status, problem) = app.request(method, &path, &staff, body).await;
        assert!(
            (400..500).contains(&status) && !holds_member(&problem.to_string()),
            "{path}: {problem}"
        );
    }
}

#[actix_web::test]
async fn the_policies_are_measured() {
    let app = TestApp::start().await;
    app.add_coverage().await;
    let found: Value = app
        .call(Method::GET, "/internal/evidence", None, None)
        .await
        .json()
        .await
        .unwrap();
    let holds = |control: &str| {
        found
            .as_array()
            .unwrap()
            .iter()
            .find(|e| e["control"] == control)
            .map(|e| e["holds"].clone())
    };
    assert_eq!(holds("encryption_at_rest"), Some(json!(true)));
    assert_eq!(holds("phi_protection"), Some(json!(true)));
    assert_eq!(
        holds("secrets_management"),
        Some(json!(false)),
        "files are not a secrets manager"
    );
    assert_eq!(
        holds("encryption_in_transit"),
        Some(json!(false)),
        "the test's servers are reached in plain text"
    );
    for part in ["database", "cache", "secrets_manager", "payer_sandbox"] {
        assert_eq!(app.component(part).await["status"], "healthy", "{part}");
    }
}
