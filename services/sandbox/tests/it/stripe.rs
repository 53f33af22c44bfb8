use crate::app::TestApp;
use serde_json::{Value, json};

const VISIT: &[(&str, &str)] = &[
    ("amount", "2500"),
    ("currency", "usd"),
    ("confirm", "true"),
    ("payment_method", "pm_card_visa"),
    ("automatic_payment_methods[enabled]", "true"),
    ("automatic_payment_methods[allow_redirects]", "never"),
    ("metadata[payment_id]", "p1"),
];

fn with<'a>(name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut form: Vec<_> = VISIT.iter().copied().filter(|(own, _)| *own != name).collect();
    form.push((name, value));
    form
}

async fn create(app: &TestApp, form: &[(&str, &str)], key: Option<&str>) -> (u16, Value) {
    let answer = app.stripe_post("/payment_intents", form, key).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[actix_web::test]
async fn a_good_card_is_charged_at_once() {
    let app = TestApp::start().await;
    let (status, intent) = create(&app, VISIT, None).await;
    assert_eq!(
        (status, &intent["status"], &intent["amount_received"]),
        (200, &json!("succeeded"), &json!(2500))
    );
    assert_eq!(intent["metadata"], json!({ "payment_id": "p1" }));
    let id = intent["id"].as_str().unwrap();
    assert!(
        intent["client_secret"]
            .as_str()
            .unwrap()
            .starts_with(&format!("{id}_secret_"))
    );
    let read: Value = app
        .stripe_get(&format!("/payment_intents/{id}"))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(read, intent);
    let list: Value = app
        .stripe_get("/payment_intents?limit=1")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(
        (&list["object"], &list["data"][0]["id"]),
        (&json!("list"), &intent["id"])
    );
    assert_eq!(app.charges().await[0]["status"], "succeeded");
}

#[actix_web::test]
async fn the_same_key_charges_once_even_across_a_restart() {
    let mut app = TestApp::start().await;
    let (_, first) = create(&app, VISIT, Some("k1")).await;
    app.restart().await;
    let again = app
        .stripe_post("/payment_intents", VISIT, Some("k1"))
        .send()
        .await
        .unwrap();
    assert_eq!(again.headers()["idempotent-replayed"], "true");
    assert_eq!(again.json::<Value>().await.unwrap(), first);
    let (status, other) = create(&app, &with("amount", "2600"), Some("k1")).await;
    assert_eq!((status, &other["error"]["type"]), (400, &json!("idempotency_error")));
    assert_eq!(app.charges().await.len(), 1);
}

#[actix_web::test]
async fn ten_at_once_under_one_key_charge_once() {
    let app = TestApp::start().await;
    let calls = (0..10).map(|_| create(&app, VISIT, Some("k1")));
    for (status, body) in futures_util::future::join_all(calls).await {
        assert!(
            status == 200 || (status == 409 && body["error"]["code"] == "idempotency_key_in_use"),
            "{body}"
        );
    }
    assert_eq!(app.charges().await.len(), 1);
}

#[actix_web::test]
async fn a_declined_card_leaves_an_intent_that_another_card_can_pay() {
    let app = TestApp::start().await;
    let (status, body) = create(&app, &with("payment_method", "pm_card_chargeDeclined"), Some("k1")).await;
    let error = &body["error"];
    assert_eq!(
        (status, &error["type"], &error["code"]),
        (402, &json!("card_error"), &json!("card_declined"))
    );
    assert_eq!(error["decline_code"], "generic_decline");
    let id = error["payment_intent"]["id"].as_str().unwrap();
    assert_eq!(
        create(&app, &with("payment_method", "pm_card_chargeDeclined"), Some("k1")).await,
        (402, body.clone())
    );
    let form = [("payment_method", "pm_card_visa")];
    let paid = app
        .stripe_post(&format!("/payment_intents/{id}/confirm"), &form, None)
        .send()
        .await
        .unwrap();
    assert_eq!(paid.json::<Value>().await.unwrap()["status"], "succeeded");
    let late = app
        .stripe_post(&format!("/payment_intents/{id}/cancel"), &[], None)
        .send()
        .await
        .unwrap();
    assert_eq!(late.status(), 400);
}

#[actix_web::test]
async fn a_card_that_wants_its_holder_waits_for_them() {
    let app = TestApp::start().await;
    let (status, intent) = create(&app, &with("payment_method", "pm_card_authenticationRequired"), None).await;
    assert_eq!((status, &intent["status"]), (200, &json!("requires_action")));
    assert_eq!(intent["next_action"]["type"], "use_stripe_sdk");
    let url = format!(
        "{}/_admin/payment_intents/{}/authenticate",
        app.base,
        intent["id"].as_str().unwrap()
    );
    let done = app
        .http
        .post(&url)
        .json(&json!({ "succeeds": true }))
        .send()
        .await
        .unwrap();
    assert_eq!(done.json::<Value>().await.unwrap()["status"], "succeeded");
    assert_eq!(
        app.http
            .post(&url)
            .json(&json!({ "succeeds": true }))
            .send()
            .await
            .unwrap()
            .status(),
        422
    );
}

#[actix_web::test]
async fn a_wrong_parameter_is_refused_as_stripe_refuses_it() {
    let app = TestApp::start().await;
    for (form, code, param) in [
        (with("patient_name", "x"), "parameter_unknown", "patient_name"),
        (with("amount", "49"), "amount_too_small", "amount"),
        (with("amount", "2.5"), "parameter_invalid_integer", "amount"),
        (with("amount", ""), "parameter_missing", "amount"),
        (with("payment_method", "pm_x"), "resource_missing", "payment_method"),
    ] {
        let (status, body) = create(&app, &form, Some("k1")).await;
        let error = &body["error"];
        assert_eq!(
            (status, &error["code"], &error["param"]),
            (400, &json!(code), &json!(param))
        );
    }
    let (status, body) = create(
        &app,
        &with("automatic_payment_methods[allow_redirects]", "always"),
        None,
    )
    .await;
    assert!(
        status == 400 && body["error"]["message"].as_str().unwrap().contains("return_url"),
        "{body}"
    );
    assert_eq!(
        create(&app, VISIT, Some("k1")).await.0,
        200,
        "a refused request leaves its key free"
    );

    let stranger = app
        .get("/stripe/v1/balance")
        .bearer_auth("sk_test_x")
        .send()
        .await
        .unwrap();
    assert_eq!(stranger.status(), 401);
    assert_eq!(app.stripe_get("/balance").send().await.unwrap().status(), 200);
    assert_eq!(
        app.stripe_get("/payment_intents/pi_x").send().await.unwrap().status(),
        404
    );
    let unknown: Value = app
        .stripe_get("/subscriptions")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(unknown["error"]["type"], "invalid_request_error");
}

#[actix_web::test]
async fn a_list_is_read_in_pages_within_a_window_of_time() {
    let app = TestApp::start().await;
    let mut made = Vec::new();
    for _ in 0..3 {
        made.push(create(&app, VISIT, None).await.1);
    }
    let ids = |list: &Value| -> Vec<Value> {
        let data = list["data"].as_array().unwrap();
        data.iter().map(|intent| intent["id"].clone()).collect()
    };
    let list = |query: String| {
        let answer = app.stripe_get(&format!("/payment_intents?{query}")).send();
        async move { answer.await.unwrap().json::<Value>().await.unwrap() }
    };
    let (first, last) = (
        made[0]["created"].as_i64().unwrap(),
        made[2]["created"].as_i64().unwrap(),
    );
    let window = format!("created[gte]={first}&created[lte]={last}");
    let page = list(format!("{window}&limit=2")).await;
    assert_eq!(page["has_more"], true);
    assert_eq!(
        ids(&page),
        [made[2]["id"].clone(), made[1]["id"].clone()],
        "newest first"
    );
    let after = made[1]["id"].as_str().unwrap();
    let rest = list(format!("{window}&limit=2&starting_after={after}")).await;
    assert_eq!(
        (ids(&rest), &rest["has_more"]),
        (vec![made[0]["id"].clone()], &json!(false))
    );
    for outside in [
        format!("created[gt]={last}"),
        format!("created[gte]={}", last + 1),
        format!("created[lt]={first}"),
        format!("created[lte]={}", first - 1),
    ] {
        assert!(ids(&list(outside.clone()).await).is_empty(), "{outside}");
    }
    let unknown = app
        .stripe_get("/payment_intents?starting_after=pi_x")
        .send()
        .await
        .unwrap();
    assert!(unknown.status().is_client_error());
}

#[actix_web::test]
async fn an_intent_is_canceled_once_and_one_that_is_paid_is_not() {
    let app = TestApp::start().await;
    let (_, waiting) = create(&app, &with("payment_method", "pm_card_authenticationRequired"), None).await;
    let (_, paid) = create(&app, VISIT, None).await;
    let cancel = |intent: &Value, key: &'static str| {
        let path = format!("/payment_intents/{}/cancel", intent["id"].as_str().unwrap());
        let form = [("cancellation_reason", "abandoned")];
        let request = app.stripe_post(&path, &form, Some(key));
        async move {
            let answer = request.send().await.unwrap();
            (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
        }
    };
    let (status, canceled) = cancel(&waiting, "c1").await;
    assert_eq!(
        (status, &canceled["status"], &canceled["cancellation_reason"]),
        (200, &json!("canceled"), &json!("abandoned"))
    );
    assert_eq!(
        cancel(&waiting, "c1").await,
        (200, canceled),
        "the same key, the same answer"
    );
    for (intent, key) in [(&waiting, "c2"), (&paid, "c3")] {
        let (status, refused) = cancel(intent, key).await;
        assert_eq!(
            (status, &refused["error"]["code"]),
            (400, &json!("payment_intent_unexpected_state"))
        );
    }
}
