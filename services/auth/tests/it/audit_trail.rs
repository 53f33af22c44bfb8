//! The audit records that each route adds to the outbox, and no others.

use crate::app::{PASSWORD, TestApp, code, credentials};
use mc_testkit::AuditTrail;
use serde_json::{Value, json};

struct Walk {
    app: TestApp,
    record: AuditTrail,
}

impl Walk {
    async fn start() -> Self {
        let app = TestApp::start().await;
        let record = AuditTrail::from_now(&app.database, "auth").await;
        Self { app, record }
    }

    /// Calls `route`, below `/api/v1/auth`; it must answer `status` and add exactly the records
    /// `adds`.
    async fn step(&self, route: &str, token: &Value, body: Value, status: u16, adds: &[&str]) -> Value {
        let (method, path) = route.split_once(' ').unwrap();
        let (path, body) = (format!("/api/v1/auth{path}"), (!body.is_null()).then_some(body));
        let answer = self
            .app
            .call(method.parse().unwrap(), &path, token.as_str(), body)
            .await;
        assert_eq!(answer.status(), status, "{route}");
        assert_eq!(self.record.added().await, adds, "{route} answered {status}");
        answer.json().await.unwrap_or_default()
    }
}

const NO_TOKEN: &Value = &Value::Null;
const NO_BODY: Value = Value::Null;

#[actix_web::test]
async fn a_sign_in_from_its_first_factor_to_its_end_is_on_record_step_by_step() {
    let walk = Walk::start().await;
    let login = |password| credentials("admin@clinic.test", password);
    let wrong = login("a wrong and long password");
    walk.step("POST /login", NO_TOKEN, wrong, 401, &["auth.login denied"])
        .await;
    let unknown = credentials("unknown@clinic.test", PASSWORD);
    walk.step("POST /login", NO_TOKEN, unknown, 401, &["auth.login denied"])
        .await;
    let admin = walk
        .step("POST /login", NO_TOKEN, login(PASSWORD), 200, &["auth.login"])
        .await;
    let token = &admin["access_token"];

    let doctor =
        json!({ "email": "doctor@clinic.test", "password": PASSWORD, "roles": ["doctor"], "second_factor": true });
    let doctor = walk.step("POST /users", token, doctor, 201, &["auth.user.add"]).await;
    let half = credentials("doctor@clinic.test", PASSWORD);
    let half = walk.step("POST /login", NO_TOKEN, half, 200, &["auth.login"]).await;
    let verify = |code: String| json!({ "mfa_token": half["mfa_token"], "code": code });
    let right = code(doctor["totp_secret"].as_str().unwrap(), walk.app.clock.now());
    let wrong = if right == "000000" { "111111" } else { "000000" };
    walk.step(
        "POST /mfa/verify",
        NO_TOKEN,
        verify(wrong.to_owned()),
        401,
        &["auth.mfa.verify denied"],
    )
    .await;
    walk.step("POST /mfa/verify", NO_TOKEN, verify(right), 200, &["auth.mfa.verify"])
        .await;

    walk.step("GET /me", token, NO_BODY, 200, &[]).await;
    walk.step("POST /validate", token, json!({ "token": token }), 200, &[])
        .await;
    walk.step("GET /jwks.json", NO_TOKEN, NO_BODY, 200, &[]).await;
    walk.step("POST /logout", token, NO_BODY, 204, &["auth.logout"]).await;
    walk.step("GET /me", token, NO_BODY, 401, &[]).await;
}

#[actix_web::test]
async fn a_refresh_is_on_record_and_so_is_a_stolen_token() {
    let walk = Walk::start().await;
    let login = credentials("admin@clinic.test", PASSWORD);
    let admin = walk.step("POST /login", NO_TOKEN, login, 200, &["auth.login"]).await;
    let refresh = json!({ "refresh_token": admin["refresh_token"] });
    walk.step("POST /refresh", NO_TOKEN, refresh.clone(), 200, &["auth.refresh"])
        .await;
    walk.step("POST /refresh", NO_TOKEN, refresh, 401, &["auth.refresh denied"])
        .await;
}

#[actix_web::test]
async fn people_and_machines_are_added_on_record_and_refusals_are_on_record() {
    let walk = Walk::start().await;
    let login = credentials("admin@clinic.test", PASSWORD);
    let admin = walk.step("POST /login", NO_TOKEN, login, 200, &["auth.login"]).await;
    let (admin, lab) = (&admin["access_token"], json!({ "name": "lab" }));
    let state = json!({ "email": "staff@clinic.test", "password": PASSWORD, "roles": ["staff"] });
    walk.step("POST /users", admin, state.clone(), 201, &["auth.user.add"])
        .await;
    walk.step("POST /users", admin, state.clone(), 201, &[]).await;
    let client = walk
        .step("POST /clients", admin, lab.clone(), 201, &["auth.client.add"])
        .await;

    let mut secret = json!({ "grant_type": "client_credentials", "client_id": client["client_id"], "client_secret": client["client_secret"] });
    walk.step(
        "POST /service-token",
        NO_TOKEN,
        secret.clone(),
        200,
        &["auth.service_token"],
    )
    .await;
    secret["client_secret"] = json!("a guess");
    walk.step(
        "POST /service-token",
        NO_TOKEN,
        secret,
        401,
        &["auth.service_token denied"],
    )
    .await;

    let login = credentials("staff@clinic.test", PASSWORD);
    let staff = walk.step("POST /login", NO_TOKEN, login, 200, &["auth.login"]).await;
    let staff = &staff["access_token"];
    walk.step("POST /users", staff, state, 403, &["auth.user.add denied"])
        .await;
    walk.step("POST /clients", staff, lab, 403, &["auth.client.add denied"])
        .await;
}
