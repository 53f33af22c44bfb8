//! The audit records of each route, read from the outbox: exactly these, and none where none is
//! expected.

use crate::{
    app::{SECRET, TestApp, WHY, connection, send},
    ehr::{ENCOUNTER, Ehr, PATIENT},
    encounter,
};
use mc_testkit::{AuditTrail, Caller};
use mc_vocabulary::{EventId, Role};
use serde_json::{Value, json};

struct Walk {
    app: TestApp,
    ehr: Ehr,
    record: AuditTrail,
    emergency: bool,
}

impl Walk {
    /// With an EHR that accepts changes, and consent for everyone.
    async fn start() -> Self {
        let (app, ehr) = encounter::taking().await;
        let record = AuditTrail::from_now(&app.database, "ehr_proxy").await;
        Self {
            app,
            ehr,
            record,
            emergency: false,
        }
    }

    /// From here on routes that allow it are called with an emergency override.
    fn in_emergency(self) -> Self {
        Self {
            emergency: true,
            ..self
        }
    }

    /// Calls `route` (below `/api/v1/integrations/ehr`) with `id`, expects `status` and that
    /// exactly `adds` is recorded.
    async fn step(&self, route: &str, id: &str, caller: &Caller, body: Value, status: u16, adds: &[&str]) {
        let (method, path) = route.split_once(' ').unwrap();
        let path = format!("/api/v1/integrations/ehr{}", path.replace("{id}", id));
        let mut request = self
            .app
            .request(method.parse().unwrap(), &path, caller)
            .header("X-Access-Justification", WHY)
            .header("Idempotency-Key", EventId::new().to_string());
        if self.emergency {
            request = request.header("X-Emergency-Override", "true");
        }
        if !body.is_null() {
            request = request.json(&body);
        }
        let got = send(request).await;
        assert_eq!(got.status, status, "{route}: {}", got.text);
        assert_eq!(self.record.added().await, adds, "{route} answered {status}");
    }
}

const NOTHING: Value = Value::Null;

#[actix_web::test]
async fn setting_a_connection_is_recorded_and_reading_it_is_not() {
    let walk = Walk::start().await;
    let (admin, doctor) = (walk.app.caller(Role::Admin), walk.app.caller(Role::Doctor));
    let elsewhere = connection("https://ehr.example.org/r4", SECRET);
    let same = connection(walk.ehr.base().as_str(), SECRET);
    walk.step("PUT /connection", "", &admin, same.clone(), 200, &[]).await;
    walk.step(
        "PUT /connection",
        "",
        &doctor,
        same,
        403,
        &["ehr.connection.set denied"],
    )
    .await;
    walk.step("PUT /connection", "", &admin, elsewhere, 200, &["ehr.connection.set"])
        .await;
    walk.step("GET /connection", "", &admin, NOTHING, 200, &[]).await;
    walk.step(
        "GET /connection",
        "",
        &walk.app.caller(Role::Doctor),
        NOTHING,
        403,
        &["ehr.connection.read denied"],
    )
    .await;
}

#[actix_web::test]
async fn recording_and_listing_consents_is_recorded_and_so_are_refusals() {
    let walk = Walk::start().await;
    let (staff, billing) = (walk.app.caller(Role::Staff), walk.app.caller(Role::Billing));
    let doctor = walk.app.caller(Role::Doctor);
    let decision = json!({ "patient_id": PATIENT, "purpose": "treatment", "decision": "permit" });
    let refused = &["ehr.consent.record denied"];
    walk.step(
        "POST /consents",
        "",
        &staff,
        decision.clone(),
        201,
        &["ehr.consent.record"],
    )
    .await;
    walk.step("POST /consents", "", &billing, decision.clone(), 403, refused)
        .await;
    // It would open the chart to the caller who records it.
    walk.step("POST /consents", "", &doctor, decision, 403, refused).await;
    walk.step(
        "GET /consents?patient_id={id}",
        PATIENT,
        &billing,
        NOTHING,
        403,
        &["ehr.consent.list denied"],
    )
    .await;
    walk.step(
        "GET /consents?patient_id={id}",
        PATIENT,
        &staff,
        NOTHING,
        200,
        &["ehr.consent.list"],
    )
    .await;
}

#[actix_web::test]
async fn reading_and_changing_a_chart_is_recorded_and_so_are_refusals() {
    let walk = Walk::start().await;
    let (doctor, staff) = (walk.app.caller(Role::Doctor), walk.app.caller(Role::Staff));
    let diagnosis = json!({ "diagnosis": "influenza A" });
    walk.step(
        "GET /patient-summary/{id}",
        PATIENT,
        &doctor,
        NOTHING,
        200,
        &["ehr.patient_summary.read"],
    )
    .await;
    walk.step(
        "GET /patient-summary/{id}",
        PATIENT,
        &staff,
        NOTHING,
        403,
        &["ehr.patient_summary.read denied"],
    )
    .await;
    walk.step(
        "PUT /encounter/{id}",
        ENCOUNTER,
        &doctor,
        diagnosis.clone(),
        200,
        &["ehr.encounter.update_attempt", "ehr.encounter.update"],
    )
    .await;
    walk.step(
        "PUT /encounter/{id}",
        ENCOUNTER,
        &staff,
        diagnosis,
        403,
        &["ehr.encounter.update denied"],
    )
    .await;
}

#[actix_web::test]
async fn an_emergency_access_is_recorded_before_what_was_done_under_it() {
    let walk = Walk::start().await;
    let doctor = walk.app.caller(Role::Doctor);
    walk.app
        .consent(PATIENT, "deny", json!({ "grantee": doctor.user_id }))
        .await;
    assert_eq!(walk.record.added().await, ["ehr.consent.record"]);
    let diagnosis = json!({ "diagnosis": "influenza A" });
    walk.step(
        "GET /patient-summary/{id}",
        PATIENT,
        &doctor,
        NOTHING,
        403,
        &["ehr.patient_summary.read denied"],
    )
    .await;
    let walk = walk.in_emergency();
    walk.step(
        "GET /patient-summary/{id}",
        PATIENT,
        &doctor,
        NOTHING,
        200,
        &["ehr.emergency_override", "ehr.patient_summary.read"],
    )
    .await;
    walk.step(
        "PUT /encounter/{id}",
        ENCOUNTER,
        &doctor,
        diagnosis,
        200,
        &[
            "ehr.emergency_override",
            "ehr.encounter.update_attempt",
            "ehr.encounter.update",
        ],
    )
    .await;
}
