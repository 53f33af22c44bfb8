//! The audit records that each route adds to the outbox, and no others.

use crate::{
    app::{TestApp, coverage},
    payer::Behavior,
};
use mc_testkit::{AuditTrail, Caller};
use mc_vocabulary::Role;
use serde_json::{Value, json};

struct Walk {
    app: TestApp,
    record: AuditTrail,
    /// Replaces `{coverage_id}` in a path.
    coverage_id: String,
}

impl Walk {
    /// With the coverage of patient `pat-1`.
    async fn start() -> Self {
        let app = TestApp::start().await;
        let coverage_id = app.add_coverage().await;
        let record = AuditTrail::from_now(&app.database, "eligibility").await;
        Self {
            app,
            record,
            coverage_id,
        }
    }

    fn staff(&self) -> Caller {
        self.app.caller(Role::Staff)
    }

    /// Calls `route`, below `/api/v1/integrations/insurance`; it must answer `status` and add
    /// exactly the records `adds`.
    async fn step(&self, route: &str, caller: &Caller, body: Option<Value>, status: u16, adds: &[&str]) {
        let (method, path) = route.split_once(' ').unwrap();
        let path = format!("/api/v1/integrations/insurance{path}").replace("{coverage_id}", &self.coverage_id);
        let token = self.app.issuer.token(caller);
        let answer = self
            .app
            .call(method.parse().unwrap(), &path, Some(&token), body.as_ref())
            .await;
        assert_eq!(answer.status(), status, "{route}");
        assert_eq!(self.record.added().await, adds, "{route} answered {status}");
    }
}

#[actix_web::test]
async fn a_coverage_is_added_and_read_on_record_and_a_repeat_is_not() {
    let (walk, other) = (Walk::start().await, coverage("pat-2"));
    let (staff, nurse) = (walk.staff(), walk.app.caller(Role::Nurse));
    walk.step(
        "POST /coverages",
        &staff,
        Some(other.clone()),
        201,
        &["insurance.coverage.add"],
    )
    .await;
    walk.step("POST /coverages", &staff, Some(other.clone()), 201, &[])
        .await;
    walk.step(
        "POST /coverages",
        &nurse,
        Some(other),
        403,
        &["insurance.coverage.add denied"],
    )
    .await;
    walk.step(
        "GET /coverages/{coverage_id}",
        &staff,
        None,
        200,
        &["insurance.coverage.read"],
    )
    .await;
    let refused = &["insurance.coverage.read denied"];
    walk.step("GET /coverages/{coverage_id}", &nurse, None, 403, refused)
        .await;
    // Another patient does not learn that it exists.
    let patient = walk.app.caller(Role::Patient).patient("pat-2");
    walk.step("GET /coverages/{coverage_id}", &patient, None, 404, refused)
        .await;
}

#[actix_web::test]
async fn a_verification_is_on_record_and_so_is_the_refusal() {
    let walk = Walk::start().await;
    let (staff, nurse) = (walk.staff(), walk.app.caller(Role::Nurse));
    let body = || Some(json!({ "coverage_id": walk.coverage_id }));
    let refused = &["insurance.eligibility.verify denied"];
    walk.step(
        "GET /verify-eligibility?coverage_id={coverage_id}",
        &staff,
        None,
        200,
        &["insurance.eligibility.verify"],
    )
    .await;
    walk.step(
        "GET /verify-eligibility?coverage_id={coverage_id}",
        &nurse,
        None,
        403,
        refused,
    )
    .await;
    walk.step(
        "POST /verify-eligibility",
        &staff,
        body(),
        200,
        &["insurance.eligibility.verify"],
    )
    .await;
    walk.step("POST /verify-eligibility", &nurse, body(), 403, refused)
        .await;
    let patient = walk.app.caller(Role::Patient).patient("pat-2");
    walk.step("POST /verify-eligibility", &patient, body(), 404, refused)
        .await;
}

#[actix_web::test]
async fn a_verification_that_the_payer_does_not_answer_is_on_record_as_a_failure() {
    let walk = Walk::start().await;
    walk.app.payer.behave(Behavior::Status(500));
    walk.step(
        "GET /verify-eligibility?coverage_id={coverage_id}",
        &walk.staff(),
        None,
        200,
        &["insurance.eligibility.verify failure"],
    )
    .await;
}
