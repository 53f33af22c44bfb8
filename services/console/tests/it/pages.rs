//! The pages: what they show, that they load nothing from elsewhere, and that everybody can read
//! them.

use crate::app::{TestApp, report, respond, upstream};
use mc_pages::accessibility_faults;
use mc_testkit::eventually;
use serde_json::json;
use wiremock::ResponseTemplate;

async fn page(app: &TestApp, path: &str, status: u16) -> String {
    let response = app.get(path, None).await;
    assert_eq!(response.status(), status, "{path}");
    assert_eq!(response.headers()["Content-Type"], "text/html; charset=utf-8");
    let policy = response.headers()["Content-Security-Policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    let html = response.text().await.unwrap();
    assert_eq!(accessibility_faults(&html), Vec::<String>::new(), "{path}");
    for elsewhere in ["<script", "src=\"http", "href=\"http", "@import", "url("] {
        assert!(!html.contains(elsewhere), "{path} holds {elsewhere}");
    }
    html
}

#[actix_web::test]
async fn the_first_page_shows_what_runs_in_words_and_follows_an_outage() {
    let app = TestApp::start().await;
    let html = page(&app, "/", 200).await;
    for shown in ["no impact", "healthy", "ehr-proxy", "/reference", "make visit"] {
        assert!(html.contains(shown), "{shown}");
    }
    report(&app.simulated.billing, json!([upstream("stripe", "unhealthy", "OPEN")])).await;
    eventually("the outage on the page", || async {
        let html = page(&app, "/", 200).await;
        html.contains("badge bad").then_some(())
    })
    .await;
}

#[actix_web::test]
async fn the_reference_is_that_of_the_running_services() {
    let app = TestApp::start().await;
    let list = page(&app, "/reference", 200).await;
    assert!(list.contains("/reference/billing") && list.contains("/api/v1/billing/openapi.json"));
    let document = json!({
        "info": { "description": "Payments" },
        "paths": { "/api/v1/x": { "post": { "tags": ["payments"], "summary": "Charges <b>once</b>", "responses": {
            "201": { "description": "Made", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Made" } } } }
        } } } },
        "components": { "schemas": { "Made": { "properties": { "id": { "type": "string" } }, "required": ["id"] } } }
    });
    let answer = ResponseTemplate::new(200).set_body_json(document);
    respond(&app.simulated.billing, "/api/v1/billing/openapi.json", answer).await;
    let html = page(&app, "/reference/billing", 200).await;
    assert!(html.contains("POST /api/v1/x") && html.contains("#schema-Made") && html.contains("&lt;b&gt;once"));
    assert!(
        page(&app, "/reference/console", 200)
            .await
            .contains("/api/v1/health/detailed")
    );
    app.simulated.audit.reset().await;
    assert!(page(&app, "/reference/audit", 503).await.contains("Trace id"));
    assert!(page(&app, "/reference/unknown", 404).await.contains("No such service"));
}
