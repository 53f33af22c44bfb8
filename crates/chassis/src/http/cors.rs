//! Origins whose pages may call the API from a browser.

use crate::settings::CorsOrigins;
use actix_cors::Cors;
use actix_web::middleware::Condition;

/// Time in seconds for which a browser caches the response to a preflight.
const MAX_AGE_S: usize = 600;

/// Request headers that pages may send.
const REQUEST_HEADERS: [&str; 9] = [
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "Last-Event-ID",
    "traceparent",
    "X-Access-Justification",
    "X-Emergency-Override",
    "X-Purpose-Of-Use",
];

/// Response headers that pages may read.
const RESPONSE_HEADERS: [&str; 6] = [
    "ETag",
    "Idempotent-Replayed",
    "Location",
    "Retry-After",
    "X-Trace-Id",
    "Link",
];

/// CORS for the listed origins; disabled if there are none. Cookies are never allowed: callers
/// authenticate with a bearer token.
pub fn cors(origins: &CorsOrigins) -> Condition<Cors> {
    let cors = origins
        .iter()
        .fold(Cors::default(), Cors::allowed_origin)
        .allowed_methods(["GET", "POST", "PUT", "PATCH", "DELETE"])
        .allowed_headers(REQUEST_HEADERS)
        .expose_headers(RESPONSE_HEADERS)
        .max_age(MAX_AGE_S);
    Condition::new(!origins.is_empty(), cors)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::{App, HttpResponse, http::Method, test, web};

    async fn allowed(origins: &str, origin: &str, method: Method) -> Option<String> {
        let app = App::new()
            .route("/", web::post().to(HttpResponse::Ok))
            .wrap(cors(&CorsOrigins::try_from(origins.to_owned()).unwrap()));
        let app = test::init_service(app).await;
        let request = test::TestRequest::with_uri("/")
            .method(method)
            .insert_header(("Origin", origin))
            .insert_header(("Access-Control-Request-Method", "POST"))
            .insert_header(("Access-Control-Request-Headers", "authorization, idempotency-key"))
            .to_request();
        let response = test::call_service(&app, request).await;
        assert!(!response.headers().contains_key("Access-Control-Allow-Credentials"));
        let allowed = response.headers().get("Access-Control-Allow-Origin")?;
        Some(allowed.to_str().unwrap().to_owned())
    }

    #[actix_web::test]
    async fn a_listed_origin_is_allowed_and_no_other() {
        for method in [Method::OPTIONS, Method::POST] {
            let listed = allowed("https://app.test", "https://app.test", method.clone()).await;
            assert_eq!(listed.as_deref(), Some("https://app.test"));
            assert_eq!(
                allowed("https://app.test", "https://evil.test", method.clone()).await,
                None
            );
            assert_eq!(allowed("", "https://app.test", method).await, None);
        }
    }
}
