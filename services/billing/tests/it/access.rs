//! Who may call each route, and what another organization sees.

use crate::app::{CANCEL, PATH, TestApp, WEBHOOK, request};
use mc_billing::routes;
use mc_contracts::ConsentDecision;
use mc_testkit::access::{self, Route};
use mc_vocabulary::Role;

const BY_ID: &str = "/api/v1/integrations/stripe/payment-intent/{payment_id}";
const BILLERS: &[Role] = &[Role::Admin, Role::Doctor, Role::Billing];

fn table(payment_id: &str) -> Vec<Route> {
    vec![
        // Another organization has not recorded this patient's consent.
        Route::post(PATH).roles(BILLERS).json(request()).other_organization(403),
        Route::get(BY_ID).roles(BILLERS).with("payment_id", payment_id),
        Route::post(CANCEL).roles(BILLERS).with("payment_id", payment_id),
        // Authenticated by its signature.
        Route::post(WEBHOOK).public(),
    ]
}

#[actix_web::test]
async fn only_admin_doctor_and_billing_charge_or_read_charges() {
    let app = TestApp::start().await;
    app.consents("enc-1", ConsentDecision::Permit).await;
    let (_, payment) = app.charge("k0").await;
    access::check(&app, &table(payment["payment_id"].as_str().unwrap())).await;
}

#[test]
fn the_table_has_every_route_of_the_document() {
    access::compare_with_document(routes::ABOUT, routes::routes, &table(""));
}
