//! Stripe's payment-intent API.

use super::error_formats;
use crate::{
    AppState,
    actions::{
        change_intent::{Answer, ChangeError, Command, change_intent},
        read_stripe::{find_object, list_objects},
    },
    domain::{intent::API_VERSION, intent_form::Form, stripe_error::StripeError},
};
use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    http::{StatusCode, header::AUTHORIZATION},
    web::{self, Bytes, Data, Path},
};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::{Engine, prelude::BASE64_STANDARD};
use mc_chassis::http::Problem;
use mc_keyring::ExposeSecret;
use serde_json::{Value, json};
use url::form_urlencoded;

const MAX_KEY_LENGTH: usize = 255;

pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(
            web::scope("/v1")
                .service(
                    web::resource("/payment_intents")
                        .route(web::post().to(create))
                        .route(web::get().to(list_intents)),
                )
                .route("/payment_intents/{id}", web::get().to(find_intent))
                .route("/payment_intents/{id}/confirm", web::post().to(confirm))
                .route("/payment_intents/{id}/cancel", web::post().to(cancel))
                .route("/events", web::get().to(list_events))
                .route("/events/{id}", web::get().to(find_event))
                .route("/balance", web::get().to(balance))
                .default_service(web::to(unknown_path)),
        )
        .default_service(web::to(unknown_path));
}

async fn create(state: Data<AppState>, request: HttpRequest, body: Bytes) -> HttpResponse {
    change(&state, &request, &body, Command::Create).await
}

async fn confirm(state: Data<AppState>, request: HttpRequest, id: Path<String>, body: Bytes) -> HttpResponse {
    change(&state, &request, &body, Command::Confirm(id.into_inner())).await
}

async fn cancel(state: Data<AppState>, request: HttpRequest, id: Path<String>, body: Bytes) -> HttpResponse {
    change(&state, &request, &body, Command::Cancel(id.into_inner())).await
}

async fn change(state: &AppState, request: &HttpRequest, body: &[u8], command: Command) -> HttpResponse {
    let work = async {
        authenticate(state, request)?;
        let key = idempotency_key(request)?;
        let form = form(body)?;
        change_intent(state, &command, &form, key).await
    };
    match work.await {
        Ok(answer) => changed(&answer, request),
        Err(error) => refused(error),
    }
}

fn changed(answer: &Answer, request: &HttpRequest) -> HttpResponse {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    response.insert_header(("Request-Id", format!("req_{}", answer.request_id)));
    response.insert_header(("Stripe-Version", API_VERSION));
    if let Some(key) = request.headers().get("Idempotency-Key") {
        response.insert_header(("Idempotency-Key", key.clone()));
    }
    if answer.replayed {
        response.insert_header(("Idempotent-Replayed", "true"));
    }
    response.json(&answer.body)
}

fn refused(error: ChangeError) -> HttpResponse {
    match error {
        ChangeError::Refused(error) => error_formats::stripe(&error),
        ChangeError::Database(error) => Problem::from(error).error_response(),
    }
}

fn answered(outcome: Result<Value, ChangeError>) -> HttpResponse {
    match outcome {
        Ok(body) => HttpResponse::Ok().json(body),
        Err(error) => refused(error),
    }
}

async fn find_intent(state: Data<AppState>, request: HttpRequest, id: Path<String>) -> HttpResponse {
    find(&state, &request, "payment_intent", &id).await
}

async fn find_event(state: Data<AppState>, request: HttpRequest, id: Path<String>) -> HttpResponse {
    find(&state, &request, "event", &id).await
}

async fn find(state: &AppState, request: &HttpRequest, object: &str, id: &str) -> HttpResponse {
    answered(match authenticate(state, request) {
        Ok(()) => find_object(state, object, id).await,
        Err(error) => Err(error.into()),
    })
}

async fn list_intents(state: Data<AppState>, request: HttpRequest) -> HttpResponse {
    list(&state, &request, "payment_intent", "/v1/payment_intents").await
}

async fn list_events(state: Data<AppState>, request: HttpRequest) -> HttpResponse {
    list(&state, &request, "event", "/v1/events").await
}

async fn list(state: &AppState, request: &HttpRequest, object: &str, url: &str) -> HttpResponse {
    let work = async {
        authenticate(state, request)?;
        list_objects(state, object, url, &form(request.query_string().as_bytes())?).await
    };
    answered(work.await)
}

async fn balance(state: Data<AppState>, request: HttpRequest) -> HttpResponse {
    answered(authenticate(&state, &request).map_err(ChangeError::from).map(|()| {
        let nothing = json!([{ "amount": 0, "currency": "usd", "source_types": { "card": 0 } }]);
        json!({ "object": "balance", "available": nothing, "livemode": false, "pending": nothing })
    }))
}

async fn unknown_path(request: HttpRequest) -> HttpResponse {
    let path = request.path().strip_prefix("/stripe").unwrap_or_default();
    error_formats::stripe(&StripeError::unknown_path(request.method().as_str(), path))
}

/// `Bearer sk_test_…`, or the same as the user name of basic authentication.
fn authenticate(state: &AppState, request: &HttpRequest) -> Result<(), StripeError> {
    let header = request
        .headers()
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let given = match header.split_once(' ') {
        Some(("Bearer", key)) => key.trim().to_owned(),
        Some(("Basic", text)) => {
            let pair = BASE64_STANDARD
                .decode(text.trim())
                .ok()
                .and_then(|pair| String::from_utf8(pair).ok());
            pair.unwrap_or_default().trim_end_matches(':').to_owned()
        }
        _ => String::new(),
    };
    verify_slices_are_equal(given.as_bytes(), state.stripe_key.expose_secret().as_bytes())
        .map_err(|_| StripeError::unauthorized())
}

fn idempotency_key(request: &HttpRequest) -> Result<Option<&str>, StripeError> {
    let Some(value) = request.headers().get("Idempotency-Key") else {
        return Ok(None);
    };
    let key = value
        .to_str()
        .ok()
        .filter(|key| (1..=MAX_KEY_LENGTH).contains(&key.len()));
    key.map(Some).ok_or_else(|| {
        StripeError::invalid(
            "idempotency_key_too_long",
            "",
            "Idempotency-Key must have 1 to 255 characters.",
        )
    })
}

fn form(text: &[u8]) -> Result<Form, StripeError> {
    Form::new(form_urlencoded::parse(text).map(|(name, value)| (name.into_owned(), value.into_owned())))
}
