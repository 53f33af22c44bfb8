//! A patient's own access log.

use crate::app::{TestApp, record};
use mc_contracts::{Actor, ActorKind, Interaction, Outcome};
use mc_vocabulary::Role;
use serde_json::Value;

const OF_ONE: &str = "/api/v1/integrations/audit/patients/pat-1/accesses";

#[actix_web::test]
async fn the_patient_reads_who_when_and_why_in_plain_words() {
    let app = TestApp::start().await;
    let patient = app.caller(Role::Patient).patient("pat-1");
    let doctor = Actor {
        kind: ActorKind::User,
        roles: vec!["doctor".to_owned()],
        ..Actor::system("u-1")
    };
    let mut read = record("ehr.patient_summary.read");
    read.actor = doctor.clone();
    let mut refused = record("ehr.patient_summary.read");
    (refused.actor, refused.outcome) = (doctor.clone(), Outcome::Denied);
    let mut glass = record("ehr.emergency_override");
    (glass.actor, glass.emergency, glass.purpose) = (doctor, true, Some("ETREAT".to_owned()));
    let mut own = record("ehr.consent.record");
    own.actor = Actor {
        kind: ActorKind::User,
        roles: vec!["patient".to_owned()],
        ..Actor::system(&patient.user_id.to_string())
    };
    own.purpose = Some("PATRQT".to_owned());
    let mut kept = record("audit.disclosure.record");
    kept = kept.detail("suspended_until", "2999-01-01T00:00:00Z");
    let mut other = record("ehr.patient_summary.read");
    other.patient_id = Some("pat-2".parse().unwrap());
    app.publish_all(&[read, refused, glass, own, kept, other]).await;

    let token = app.issuer.token(&patient);
    let response = app.get(OF_ONE, Some(&token)).await;
    assert_eq!(response.status(), 200);
    let recorded: Value = response.json().await.unwrap();
    let sentences: Vec<_> = recorded["accesses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| a["what"].as_str().unwrap())
        .collect();
    assert_eq!(
        sentences,
        [
            "You recorded a decision of the patient about their data at the patient's request.",
            "A doctor opened the chart in an emergency for emergency treatment. The usual limits were lifted because of the emergency; this is reviewed.",
            "A doctor looked at the summary of the chart for treatment. This was refused.",
            "A doctor looked at the summary of the chart for treatment.",
        ]
    );
    let people: Vec<_> = recorded["accesses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| a["person"].as_str().unwrap())
        .collect();
    assert!(people[1] == people[2] && people[0] != people[1], "{people:?}");
    assert!(!recorded.to_string().contains("u-1"), "no user's id");

    let compliance = app.read(OF_ONE).await;
    let all = compliance["accesses"].as_array().unwrap().len();
    assert!(all >= 5, "compliance sees what is kept from the patient for now: {all}");
}

/// The records that billing commits with a payment, from the charge to its end.
#[actix_web::test]
async fn the_patient_reads_what_was_charged_and_by_whom() {
    let app = TestApp::start().await;
    let patient = app.caller(Role::Patient).patient("pat-1");
    let of_payment = |action: &str, interaction, actor: Actor| {
        let mut record = record(action).entity("Payment", "pay-1").purpose("HPAYMT");
        (record.interaction, record.actor, record.justification) = (interaction, actor, None);
        record.detail("amount", 2500).detail("currency", "usd")
    };
    let user = |role: &str| Actor {
        kind: ActorKind::User,
        roles: vec![role.to_owned()],
        ..Actor::system(role)
    };
    let processed = || {
        of_payment(
            "billing.payment.processed",
            Interaction::Update,
            Actor::system("billing"),
        )
    };
    let created = of_payment("billing.payment_intent.created", Interaction::Create, user("doctor"));
    let settled = processed();
    let canceled = of_payment("billing.payment.canceled", Interaction::Update, user("billing"));
    let mut unnamed = processed();
    unnamed.patient_id = None;
    let mut others = processed();
    others.patient_id = Some("pat-2".parse().unwrap());
    app.publish_all(&[created, settled, canceled, unnamed, others]).await;

    let token = app.issuer.token(&patient);
    let recorded: Value = app.get(OF_ONE, Some(&token)).await.json().await.unwrap();
    let accesses = recorded["accesses"].as_array().unwrap();
    let sentences: Vec<_> = accesses.iter().map(|a| a["what"].as_str().unwrap()).collect();
    assert_eq!(
        sentences,
        [
            "Somebody of billing requested to cancel a payment for payment.",
            "The system itself settled a payment for payment.",
            "A doctor charged for a visit for payment.",
        ]
    );
}

#[actix_web::test]
async fn nobody_else_reads_it_and_pages_follow_each_other() {
    let app = TestApp::start().await;
    app.publish(5).await;
    let own = app.issuer.token(&app.caller(Role::Patient).patient("pat-1"));
    let page = async |query: &str| -> Value {
        app.get(&format!("{OF_ONE}?{query}"), Some(&own))
            .await
            .json()
            .await
            .unwrap()
    };
    let first = page("limit=3").await;
    let next = first["next"].as_str().unwrap();
    let rest = page(&format!("limit=500&cursor={next}")).await;
    let count = |page: &Value| page["accesses"].as_array().unwrap().len();
    assert_eq!(count(&first), 3);
    assert_eq!(count(&rest), 2);
    assert_eq!(app.get(&format!("{OF_ONE}?cursor=x"), Some(&own)).await.status(), 400);
    let other = app.issuer.token(&app.caller(Role::Patient).patient("pat-2"));
    assert_eq!(app.get(OF_ONE, Some(&other)).await.status(), 403);
}
