//! The control routes take no token, and have no other callers than those on the same machine.

use crate::app::TestApp;
use mc_sandbox::routes;
use mc_testkit::access::{self, Route};
use serde_json::json;

const FAULTS: &str = "/_admin/faults";

fn table() -> Vec<Route> {
    vec![
        Route::get(FAULTS).public(),
        Route::put(FAULTS)
            .public()
            .json(json!({ "target": "ehr", "fault": "slow", "times": 1 })),
        Route::delete(FAULTS).public(),
        Route::get("/_admin/charges").public(),
        Route::post("/_admin/payment_intents/{id}/authenticate")
            .public()
            .with("id", "pi_none")
            .json(json!({ "succeeds": true })),
    ]
}

#[actix_web::test]
async fn control_routes_need_no_token() {
    let app = TestApp::start().await;
    access::check(&app, &table()).await;
}

#[test]
fn the_table_has_every_route_of_the_document() {
    access::compare_with_document(routes::ABOUT, routes::routes, &table());
}

#[actix_web::test]
async fn control_routes_do_not_exist_for_callers_through_the_front_door() {
    let app = TestApp::start().await;
    for path in [FAULTS, "/_admin/charges"] {
        let forwarded = app.get(path).header("X-Forwarded-For", "203.0.113.9");
        assert_eq!(forwarded.send().await.unwrap().status(), 404, "{path}");
    }
}
