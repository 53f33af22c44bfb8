//! The database cut; then recovery.

use crate::app::{BillingOptions, TestApp};
use mc_contracts::ConsentDecision;
use mc_testkit::{ChaosProxy, TestOptions, eventually, setting};

#[actix_web::test]
async fn without_the_database_nothing_is_charged_and_the_service_recovers() {
    let proxy = ChaosProxy::before_url(&setting("MC_TEST_POSTGRES_URL")).await;
    let app = TestApp::start_with(BillingOptions {
        test: TestOptions {
            database_port: Some(proxy.port),
            ..TestOptions::default()
        },
        ..BillingOptions::default()
    })
    .await;
    app.consents("enc-1", ConsentDecision::Permit).await;
    proxy.cut();
    let (status, problem) = app.charge("k1").await;
    assert_eq!(status, 503, "{problem}");
    assert!(
        app.stripe.charges().is_empty(),
        "nothing is charged that cannot be stored"
    );
    proxy.restore();
    let payment = eventually("a charge after the cut", || async {
        let (status, payment) = app.charge("k1").await;
        (status == 201).then_some(payment)
    })
    .await;
    assert_eq!(
        app.webhook_for("evt_1", "payment_intent.succeeded", &payment).await,
        200
    );
    app.becomes(&payment, "succeeded").await;
}
