//! Coverages: recorded once, sealed, read without their member.

use crate::app::{COVERAGES, TestApp, coverage};
use mc_vocabulary::Role;
use reqwest::Method;
use serde_json::{Value, json};

#[actix_web::test]
async fn a_coverage_is_recorded_once_and_read_without_its_member() {
    let app = TestApp::start().await;
    let staff = app.token(Role::Staff);
    let body = coverage("pat-1");
    let caller = app.issuer.token(&app.caller(Role::Billing));
    let first = app.call(Method::POST, COVERAGES, Some(&caller), Some(&body)).await;
    assert_eq!(first.status(), 201);
    let first: Value = first.json().await.unwrap();
    let again = app.call(Method::POST, COVERAGES, Some(&caller), Some(&body)).await;
    assert_eq!(again.headers()["idempotent-replayed"], "true");
    assert_eq!(again.json::<Value>().await.unwrap(), first);
    assert_eq!(
        app.database.count("SELECT count(*) FROM eligibility.coverages").await,
        1
    );

    let path = format!("{COVERAGES}/{}", first["coverage_id"].as_str().unwrap());
    let (status, coverage) = app.request(Method::GET, &path, &staff, None).await;
    assert_eq!(status, 200, "{coverage}");
    assert_eq!(
        (&coverage["patient_id"], &coverage["payer_id"]),
        (&json!("pat-1"), &json!("SBX01"))
    );
    assert!(
        !coverage.to_string().contains("Castafiore") && !coverage.to_string().contains("C100200300"),
        "{coverage}"
    );
    let readable = "SELECT count(*) FROM eligibility.coverages WHERE position('Castafiore' IN encode(member_sealed, 'escape')) > 0";
    assert_eq!(app.database.count(readable).await, 0, "members are sealed");
    let actions: Vec<_> = app
        .audit_records()
        .await
        .iter()
        .map(|record| record["action"].clone())
        .collect();
    assert_eq!(actions, ["insurance.coverage.add", "insurance.coverage.read"]);
}

#[actix_web::test]
async fn a_wrong_field_is_named_and_nothing_is_stored() {
    let app = TestApp::start().await;
    let staff = app.token(Role::Staff);
    let wrong = [
        ("/provider/npi", json!("1234567890")),
        ("/member/member_id", json!("Castafiore*1")),
        ("/member/family", json!("**")),
        ("/member/given", json!("Castafiore\u{0}")),
        ("/member/birth_date", json!("Castafiore")),
        ("/member/birth_date", json!("1066-10-14")),
        ("/member/gender", json!("Castafiore")),
        ("/member/ssn", json!("Castafiore")),
        ("/payer/payer_id", json!("x")),
        ("/payer/name", json!("\u{7}")),
        ("/patient_id", json!("../x")),
    ];
    for (place, value) in wrong {
        let mut body = coverage("pat-1");
        let (parent, field) = place.rsplit_once('/').unwrap();
        body.pointer_mut(parent).unwrap()[field] = value;
        let (status, problem) = app.request(Method::POST, COVERAGES, &staff, Some(&body)).await;
        assert_eq!(status, 422, "{place}: {problem}");
        assert!(
            problem["errors"][0]["place"].as_str().unwrap().ends_with(place),
            "{place}: {problem}"
        );
        assert!(!problem.to_string().contains("Castafiore"), "{place}: {problem}");
    }
    assert_eq!(
        app.database.count("SELECT count(*) FROM eligibility.coverages").await,
        0
    );
}
