//! The database cut while events come; then recovery, with nothing lost and nothing doubled.

use crate::app::{TestApp, record};
use mc_audit::startup::SERVICE;
use mc_mailbox::Mailbox;
use mc_testkit::{ChaosProxy, Database, TestOptions, broker, eventually, setting};
use mc_vocabulary::{Clock, OrganizationId, Role};

#[actix_web::test]
async fn without_its_database_events_wait_and_are_logged_once_afterwards() {
    let database = Database::fresh(SERVICE.schema, SERVICE.migrations).await;
    let proxy = ChaosProxy::before_url(&setting("MC_TEST_POSTGRES_URL")).await;
    let app = TestApp::start_with(
        database,
        broker(),
        TestOptions {
            database_port: Some(proxy.port),
            ..TestOptions::default()
        },
    )
    .await;
    app.publish(1).await;
    proxy.cut();
    let organization_id = OrganizationId::new();
    // The teller has its own way to the database: only the audit service is cut off.
    let publisher = Mailbox::new(
        "billing",
        "audit",
        app.database.serving.clone(),
        app.database.worker.clone(),
        app.broker.secret_url(),
        &app.broker.prefix,
        Clock::System,
    );
    for n in 0..5 {
        publisher
            .enqueue_now(Some(organization_id), &record(&format!("billing.cut.{n}")))
            .await
            .unwrap();
    }
    let stopping = tokio_util::sync::CancellationToken::new();
    actix_web::rt::spawn(publisher.relay(stopping.clone()));
    let token = app.issuer.token(&app.caller(Role::Compliance));
    let refused = app.get("/api/v1/integrations/audit/recent", Some(&token)).await;
    assert_eq!(refused.status(), 503);
    assert_eq!(app.logged().await, 1);
    proxy.restore();
    eventually("every event", || async { (app.logged().await >= 6).then_some(()) }).await;
    stopping.cancel();
    let distinct = app
        .database
        .count("SELECT count(DISTINCT event_id) FROM audit.events")
        .await;
    assert_eq!(distinct, app.logged().await);
    assert!(app.verdict().await["ok"] == true);
}
