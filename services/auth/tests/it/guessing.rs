//! Guesses of passwords and codes: how many pass, and whom they hinder.

use crate::app::{PASSWORD, TestApp, code, credentials};
use chrono::Duration;
use futures_util::future::join_all;
use serde_json::{Value, json};

const ADMIN: &str = "admin@clinic.test";
const LOGIN: &str = "/api/v1/auth/login";
const VERIFY: &str = "/api/v1/auth/mfa/verify";
/// Addresses for documentation (RFC 5737, RFC 3849).
const STRANGER: &str = "203.0.113.7";
const OTHER_STRANGER: &str = "198.51.100.9";

async fn login_from(app: &TestApp, address: &str, password: &str) -> u16 {
    app.post_from(address, LOGIN, credentials(ADMIN, password)).await.0
}

/// Wrong passwords in parallel; each is refused.
async fn guess(app: &TestApp, address: &str, count: usize) {
    let guesses = (0..count).map(|_| login_from(app, address, "wrong"));
    assert!(join_all(guesses).await.iter().all(|status| *status == 401));
}

async fn outcomes(app: &TestApp, reason: &str) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM auth.outbox WHERE envelope->'data'->'details'->>'reason' = $1")
        .bind(reason)
        .fetch_one(&app.database.owner)
        .await
        .unwrap()
}

#[actix_web::test]
async fn of_forty_passwords_sent_at_once_ten_are_compared_and_the_right_one_after_them_is_refused() {
    let app = TestApp::start().await;
    guess(&app, STRANGER, 40).await;
    assert_eq!(outcomes(&app, "wrong_password").await, 10);
    assert_eq!(outcomes(&app, "account_closed_or_locked_out").await, 30);
    assert_eq!(login_from(&app, STRANGER, PASSWORD).await, 401);
    app.clock.advance(Duration::minutes(6));
    assert_eq!(login_from(&app, STRANGER, PASSWORD).await, 200, "the lockout has ended");
}

#[actix_web::test]
async fn strangers_share_one_count_whatever_their_address_and_device() {
    let app = TestApp::start().await;
    for n in 0..10 {
        let body = json!({ "email": ADMIN, "password": "wrong", "device_id": format!("device-{n}") });
        let address = format!("203.0.113.{n}");
        assert_eq!(app.post_from(&address, LOGIN, body).await.0, 401);
    }
    assert_eq!(login_from(&app, OTHER_STRANGER, PASSWORD).await, 401);
    let rows = app.database.count("SELECT count(*) FROM auth.sign_in_sources").await;
    assert_eq!(rows, 1, "strangers cannot fill the table");
}

#[actix_web::test]
async fn from_a_known_address_a_person_signs_in_during_a_strangers_attack() {
    let app = TestApp::start().await;
    app.login(ADMIN).await;
    guess(&app, STRANGER, 12).await;
    assert_eq!(
        login_from(&app, STRANGER, PASSWORD).await,
        401,
        "strangers are locked out"
    );
    app.login(ADMIN).await;
    assert_eq!(
        login_from(&app, STRANGER, PASSWORD).await,
        401,
        "a sign-in from a known address does not end the lockout of strangers"
    );
}

#[actix_web::test]
async fn a_known_address_has_a_count_and_a_lockout_of_its_own() {
    let app = TestApp::start().await;
    app.login(ADMIN).await;
    for _ in 0..10 {
        assert_eq!(app.post(LOGIN, None, credentials(ADMIN, "wrong")).await.0, 401);
    }
    assert_eq!(app.post(LOGIN, None, credentials(ADMIN, PASSWORD)).await.0, 401);
    assert_eq!(login_from(&app, STRANGER, PASSWORD).await, 200);
}

#[actix_web::test]
async fn a_sign_in_resets_the_count() {
    let app = TestApp::start().await;
    for _ in 0..3 {
        guess(&app, STRANGER, 9).await;
        assert_eq!(login_from(&app, STRANGER, PASSWORD).await, 200);
    }
}

#[actix_web::test]
async fn an_address_is_known_for_thirty_days_after_its_last_sign_in() {
    let app = TestApp::start().await;
    assert_eq!(login_from(&app, STRANGER, PASSWORD).await, 200);
    app.clock.advance(Duration::days(29));
    guess(&app, OTHER_STRANGER, 10).await;
    assert_eq!(login_from(&app, STRANGER, PASSWORD).await, 200);
    app.clock.advance(Duration::days(31));
    guess(&app, OTHER_STRANGER, 10).await;
    assert_eq!(login_from(&app, STRANGER, PASSWORD).await, 401);
}

#[actix_web::test]
async fn the_hosts_of_one_ipv6_network_are_one_address() {
    let app = TestApp::start().await;
    assert_eq!(login_from(&app, "2001:db8:1:2::7", PASSWORD).await, 200);
    guess(&app, "2001:db8:1:3::7", 10).await;
    assert_eq!(login_from(&app, "2001:db8:1:2:ffff::9", PASSWORD).await, 200);
}

#[actix_web::test]
async fn addresses_are_stored_as_digests_and_a_bounded_number_for_each_account() {
    let app = TestApp::start().await;
    for n in 1..=25 {
        app.clock.advance(Duration::seconds(1));
        assert_eq!(login_from(&app, &format!("203.0.113.{n}"), PASSWORD).await, 200);
    }
    let known = "SELECT count(*) FROM auth.sign_in_sources WHERE signed_in_at IS NOT NULL";
    assert_eq!(app.database.count(known).await, 20);
    app.clock.advance(Duration::days(31));
    assert_eq!(login_from(&app, OTHER_STRANGER, PASSWORD).await, 200);
    assert_eq!(app.database.count(known).await, 1, "what is no longer known is deleted");
    let readable = "SELECT count(*) FROM auth.sign_in_sources WHERE position('203.0' IN encode(source, 'escape')) > 0";
    assert_eq!(app.database.count(readable).await, 0);
}

#[actix_web::test]
async fn a_running_session_is_refreshed_during_a_strangers_attack() {
    let app = TestApp::start().await;
    let mut tokens = app.login(ADMIN).await;
    guess(&app, STRANGER, 12).await;
    // From any address: a session moves between networks.
    for address in ["127.0.0.1", OTHER_STRANGER] {
        let body = json!({ "refresh_token": tokens["refresh_token"] });
        let (status, renewed) = app.post_from(address, "/api/v1/auth/refresh", body).await;
        assert_eq!(status, 200, "{renewed}");
        tokens = renewed;
    }
}

#[actix_web::test]
async fn a_disabled_account_is_not_refreshed() {
    let app = TestApp::start().await;
    let tokens = app.login(ADMIN).await;
    sqlx::query("UPDATE auth.users SET disabled_at = now()")
        .execute(&app.database.owner)
        .await
        .unwrap();
    let body = json!({ "refresh_token": tokens["refresh_token"] });
    assert_eq!(app.post("/api/v1/auth/refresh", None, body).await.0, 401);
    assert_eq!(app.post(LOGIN, None, credentials(ADMIN, PASSWORD)).await.0, 401);
}

async fn add_doctor(app: &TestApp) -> String {
    let admin = app.admin_token().await;
    let body =
        json!({ "email": "doctor@clinic.test", "password": PASSWORD, "roles": ["doctor"], "second_factor": true });
    let (status, added) = app.post("/api/v1/auth/users", Some(&admin), body).await;
    assert_eq!(status, 201, "{added}");
    added["totp_secret"].as_str().unwrap().to_owned()
}

/// Challenges of the second factor for someone who knows the password.
async fn challenges(app: &TestApp, address: &str, count: usize) -> Vec<Value> {
    let mut demands = Vec::new();
    for _ in 0..count {
        let (status, demand) = app
            .post_from(address, LOGIN, credentials("doctor@clinic.test", PASSWORD))
            .await;
        assert_eq!(status, 200, "{demand}");
        demands.push(demand["mfa_token"].clone());
    }
    demands
}

#[actix_web::test]
async fn of_codes_sent_at_once_over_many_challenges_ten_are_compared() {
    let app = TestApp::start().await;
    let secret = add_doctor(&app).await;
    let demands = challenges(&app, STRANGER, 12).await;
    let right = code(&secret, app.clock.now());
    let wrong = if right == "000000" { "111111" } else { "000000" };
    let guesses = demands.iter().flat_map(|token| {
        let body = json!({ "mfa_token": token, "code": wrong });
        let app = &app;
        (0..4).map(move |_| app.post_from(STRANGER, VERIFY, body.clone()))
    });
    assert!(join_all(guesses).await.iter().all(|(status, _)| *status == 401));
    assert_eq!(outcomes(&app, "wrong_code").await, 10);
    for token in &demands {
        let body = json!({ "mfa_token": token, "code": right });
        assert_eq!(app.post_from(STRANGER, VERIFY, body).await.0, 401, "locked out");
    }
}

#[actix_web::test]
async fn the_doctor_passes_both_factors_from_a_known_address_during_an_attack_on_the_second_one() {
    let app = TestApp::start().await;
    let secret = add_doctor(&app).await;
    let own = "127.0.0.1";
    let verify = |address: &'static str, token: Value, code: String| {
        let app = &app;
        async move {
            app.post_from(address, VERIFY, json!({ "mfa_token": token, "code": code }))
                .await
                .0
        }
    };
    let first = challenges(&app, own, 1).await.remove(0);
    assert_eq!(verify(own, first, code(&secret, app.clock.now())).await, 200);
    for token in challenges(&app, STRANGER, 3).await {
        for _ in 0..4 {
            verify(STRANGER, token.clone(), "000000".to_owned()).await;
        }
    }
    app.clock.advance(Duration::seconds(60));
    let again = challenges(&app, own, 1).await.remove(0);
    assert_eq!(verify(own, again, code(&secret, app.clock.now())).await, 200);
}

#[actix_web::test]
async fn sign_ins_that_stop_before_the_second_factor_lock_nobody_out() {
    let app = TestApp::start().await;
    let secret = add_doctor(&app).await;
    let last = challenges(&app, STRANGER, 15).await.pop().unwrap();
    let body = json!({ "mfa_token": last, "code": code(&secret, app.clock.now()) });
    assert_eq!(app.post_from(STRANGER, VERIFY, body).await.0, 200);
}
