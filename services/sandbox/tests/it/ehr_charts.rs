use crate::app::TestApp;
use serde_json::{Value, json};

const ALL: &str = "system/*.rs system/Encounter.rus";

#[actix_web::test]
async fn a_chart_is_read_whole_with_its_decimals() {
    let app = TestApp::start().await;
    let token = app.token("northside", ALL).await;
    let patient = app.fhir(&token, "Patient/pat-1001").send().await.unwrap();
    assert_eq!(patient.headers()["etag"], "W/\"1\"");
    assert_eq!(
        patient.headers()["content-type"],
        "application/fhir+json; charset=utf-8"
    );
    let patient: Value = patient.json().await.unwrap();
    assert_eq!(
        (&patient["name"][0]["family"], &patient["meta"]["versionId"]),
        (&json!("Lopez"), &json!("1"))
    );
    let text = app
        .fhir(&token, "Observation?patient=pat-1001")
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(text.contains("\"value\": 72.50"), "{text}");
    for (kind, total) in [
        ("AllergyIntolerance", 2),
        ("Condition", 2),
        ("MedicationRequest", 3),
        ("Coverage", 1),
    ] {
        let found: Value = app
            .fhir(&token, &format!("{kind}?patient=Patient/pat-1001"))
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        assert_eq!(
            (&found["type"], &found["total"]),
            (&json!("searchset"), &json!(total)),
            "{kind}"
        );
        assert_eq!(found["entry"].as_array().unwrap().len(), total);
    }
}

#[actix_web::test]
async fn a_search_goes_on_over_pages() {
    let app = TestApp::start().await;
    let token = app.token("northside", ALL).await;
    let first: Value = app
        .fhir(&token, "MedicationRequest?patient=pat-1001&_count=2")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(
        (first["entry"].as_array().unwrap().len(), &first["total"]),
        (2, &json!(3))
    );
    let next = first["link"]
        .as_array()
        .unwrap()
        .iter()
        .find(|link| link["relation"] == "next")
        .unwrap();
    let request = app.http.get(next["url"].as_str().unwrap()).bearer_auth(&token);
    let second: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(second["entry"].as_array().unwrap().len(), 1);
    assert!(
        second["link"]
            .as_array()
            .unwrap()
            .iter()
            .all(|link| link["relation"] != "next")
    );
}

#[actix_web::test]
async fn a_token_opens_its_own_charts_for_its_own_purpose() {
    let app = TestApp::start().await;
    let token = app.token("northside", "system/Patient.r").await;
    let status = async |token: &str, path: &str| app.fhir(token, path).send().await.unwrap().status().as_u16();
    assert_eq!(status(&token, "Patient/pat-1001").await, 200);
    assert_eq!(status(&token, "Patient/pat-5001").await, 404);
    assert_eq!(status(&token, "Patient?_id=pat-1001").await, 403);
    assert_eq!(status(&token, "Condition?patient=pat-1001").await, 403);
    assert_eq!(status("nonsense", "Patient/pat-1001").await, 401);
    assert_eq!(
        app.get("/ehr/fhir/r4/Patient/pat-1001").send().await.unwrap().status(),
        401
    );
    let all = app.token("northside", ALL).await;
    assert_eq!(status(&all, "Condition").await, 400);
    assert_eq!(status(&all, "Practitioner/prac-1").await, 404);
    let lakeview = app.token("lakeview", ALL).await;
    let found: Value = app
        .fhir(&lakeview, "Condition?patient=pat-1001")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(found["total"], 0);
    sqlx::query("UPDATE sandbox.access_tokens SET expires_at = now()")
        .execute(&app.database.owner)
        .await
        .unwrap();
    assert_eq!(status(&token, "Patient/pat-1001").await, 401);
}

#[actix_web::test]
async fn an_encounter_is_updated_under_its_version_and_stays_so() {
    let mut app = TestApp::start().await;
    let token = app.token("northside", ALL).await;
    let text = app
        .fhir(&token, "Encounter/enc-2001")
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let finished = text.replace("\"in-progress\"", "\"finished\"");
    let put = async |app: &TestApp, version: Option<&str>, body: &str| {
        app.put_encounter(&token, "enc-2001", version, body.to_owned())
            .send()
            .await
            .unwrap()
    };
    assert_eq!(put(&app, None, &finished).await.status(), 428);
    assert_eq!(put(&app, Some("W/\"7\""), &finished).await.status(), 412);
    assert_eq!(
        put(&app, Some("W/\"1\""), &finished.replace("finished", "over"))
            .await
            .status(),
        422
    );
    assert_eq!(put(&app, Some("W/\"1\""), "{").await.status(), 400);
    let updated = put(&app, Some("W/\"1\""), &finished).await;
    assert_eq!(
        (updated.status().as_u16(), &updated.headers()["etag"]),
        (200, &"W/\"2\"".parse().unwrap())
    );
    assert_eq!(put(&app, Some("W/\"1\""), &finished).await.status(), 412);
    app.restart().await;
    let text = app
        .fhir(&token, "Encounter/enc-2001")
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(
        text.contains("\"finished\"") && text.contains("\"versionId\":\"2\"") && text.contains("30.0"),
        "{text}"
    );
}

#[actix_web::test]
async fn patients_behave_as_documented() {
    let app = TestApp::start().await;
    let token = app.token("northside", ALL).await;
    let get = async |token: &str, path: &str| app.fhir(token, path).send().await.unwrap();

    let encounter = get(&token, "Encounter/enc-2002").await;
    let version = encounter.headers()["etag"].to_str().unwrap().to_owned();
    let body = encounter.text().await.unwrap();
    for version in [version.as_str(), "W/\"2\""] {
        let answer = app
            .put_encounter(&token, "enc-2002", Some(version), body.clone())
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 412, "another writer is always a moment earlier");
    }

    let limited = get(&token, "Patient/pat-1004").await;
    assert_eq!(
        (limited.status().as_u16(), &limited.headers()["retry-after"]),
        (429, &"1".parse().unwrap())
    );
    assert_eq!(get(&token, "Patient/pat-1004").await.status(), 200);
    assert_eq!(get(&token, "Patient/pat-1005").await.status(), 503);

    assert_eq!(get(&token, "Patient/pat-1003").await.status(), 401);
    assert_eq!(
        get(&token, "Patient/pat-1001").await.status(),
        401,
        "the token is gone for everybody"
    );
    let next = app.token("northside", ALL).await;
    assert_eq!(get(&next, "Patient/pat-1003").await.status(), 200);
}
