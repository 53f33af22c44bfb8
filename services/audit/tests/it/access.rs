//! Every route, as nobody, as somebody who may not, from another organisation, with an expired token; none of the document is missing.

use crate::app::TestApp;
use mc_vocabulary::Role;
use std::collections::BTreeSet;

const ROUTES: &[&str] = &[
    "/api/v1/integrations/audit/recent",
    "/api/v1/integrations/audit/checkpoint",
    "/api/v1/integrations/audit/verification",
];

#[actix_web::test]
async fn only_compliance_and_admins_read_the_log() {
    let app = TestApp::start().await;
    app.tell(1).await;
    for path in ROUTES {
        assert_eq!(app.get(path, None).await.status(), 401, "{path}");
        assert_eq!(app.get(path, Some("a.b.c")).await.status(), 401, "{path}");
        let expired = app.issuer.expired(&app.caller(Role::Compliance));
        assert_eq!(app.get(path, Some(&expired)).await.status(), 401, "{path}");
        for role in Role::ALL {
            let token = app.issuer.token(&app.caller(*role));
            let allowed = matches!(role, Role::Compliance | Role::Admin);
            let expected = if allowed { 200 } else { 403 };
            assert_eq!(app.get(path, Some(&token)).await.status(), expected, "{path} as {role}");
        }
    }
    app.stop().await;
}

#[test]
fn no_route_of_the_document_is_missing_above() {
    let document = mc_chassis::http::document(mc_audit::routes::ABOUT, mc_audit::routes::routes);
    let document = serde_json::to_value(document).unwrap();
    let told: BTreeSet<_> = document["paths"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(told, ROUTES.iter().map(|path| (*path).to_owned()).collect());
}
