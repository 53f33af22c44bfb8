//! Every route, as nobody, as somebody who may not, from another organisation, with an expired token; none of the document is missing.

use crate::app::{PATH, TestApp, WEBHOOK, request};
use mc_contracts::ConsentDecision;
use mc_testkit::Caller;
use mc_vocabulary::{OrganizationId, Role};
use reqwest::Method;
use std::collections::BTreeSet;

const BY_ID: &str = "/api/v1/integrations/stripe/payment-intent/{payment_id}";

#[actix_web::test]
async fn only_admin_doctor_and_billing_charge_or_see_charges() {
    let app = TestApp::start().await;
    app.consents("enc-1", ConsentDecision::Permit).await;
    let (_, payment) = app.charge("k0").await;
    let one = format!("{PATH}/{}", payment["payment_id"].as_str().unwrap());
    let body = request();
    let routes = [(Method::POST, PATH, Some(&body)), (Method::GET, one.as_str(), None)];
    for (method, path, body) in routes {
        let status = |token: Option<String>, key: &'static str| {
            let (app, method) = (&app, method.clone());
            async move {
                app.call(method, path, token.as_deref(), Some(key), body)
                    .await
                    .status()
                    .as_u16()
            }
        };
        assert_eq!(status(None, "a").await, 401, "{path}");
        assert_eq!(status(Some("a.b.c".to_owned()), "b").await, 401, "{path}");
        let expired = app.issuer.expired(&Caller::new(app.organization_id, Role::Doctor));
        assert_eq!(status(Some(expired), "c").await, 401, "{path}");
        for role in Role::ALL {
            let allowed = matches!(role, Role::Admin | Role::Doctor | Role::Billing);
            let got = status(Some(app.token(*role)), "d").await;
            assert_eq!(got != 403, allowed, "{path} as {role}: {got}");
        }
    }
    let foreign = app.issuer.token(&Caller::new(OrganizationId::new(), Role::Admin));
    assert_eq!(
        app.call(Method::GET, &one, Some(&foreign), None, None).await.status(),
        404,
        "tenant isolation"
    );
    let charge = app
        .call(Method::POST, PATH, Some(&foreign), Some("e"), Some(&body))
        .await;
    assert_eq!(charge.status(), 403, "the consent is another organisation's");
}

#[test]
fn no_route_of_the_document_is_missing_above() {
    let document = mc_chassis::http::document(mc_billing::routes::ABOUT, mc_billing::routes::routes);
    let document = serde_json::to_value(document).unwrap();
    let value: BTreeSet<_> = document["paths"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(value, BTreeSet::from([PATH, BY_ID, WEBHOOK]));
}
