//! Which responses are compressed with gzip, where the caller accepts it.

use actix_web::{
    Error,
    body::{BodySize, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderValue},
    middleware::Next,
};

/// Smaller bodies do not shrink.
const MIN_BYTES: u64 = 1024;
const IDENTITY: HeaderValue = HeaderValue::from_static("identity");

/// Marks responses that the compression around it must not change.
///
/// Not compressed are: an event stream, whose events would wait in the compressor; a response with
/// a strong `ETag`, which identifies exactly these bytes and is sent back in `If-Match` (RFC 9110
/// section 8.8.1); responses that are already compressed; and small ones.
pub async fn mark_uncompressed<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let mut response = next.call(request).await?;
    let headers = response.headers();
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
            .unwrap_or_default()
    };
    let (kind, etag) = (text(CONTENT_TYPE), text(ETAG));
    let is_text = kind.starts_with("text/") || ["json", "javascript", "xml"].iter().any(|part| kind.contains(part));
    let compress = is_text
        && !kind.starts_with("text/event-stream")
        && (etag.is_empty() || etag.starts_with("W/"))
        && match response.response().body().size() {
            BodySize::Sized(bytes) => bytes >= MIN_BYTES,
            BodySize::Stream => true,
            BodySize::None => false,
        };
    if !compress && !response.headers().contains_key(CONTENT_ENCODING) {
        response.headers_mut().insert(CONTENT_ENCODING, IDENTITY);
    }
    Ok(response)
}

/// Removes the mark.
pub async fn unmark<B: MessageBody>(request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<B>, Error> {
    let mut response = next.call(request).await?;
    if response.headers().get(CONTENT_ENCODING) == Some(&IDENTITY) {
        response.headers_mut().remove(CONTENT_ENCODING);
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::{
        App, HttpResponse,
        middleware::{Compress, from_fn},
        test, web,
    };

    async fn encoding(path: &str) -> (Option<String>, Option<String>) {
        let large = || "x".repeat(4096);
        let app = App::new()
            .route(
                "/json",
                web::get().to(move || async move { HttpResponse::Ok().content_type("application/json").body(large()) }),
            )
            .route(
                "/small",
                web::get().to(|| async { HttpResponse::Ok().content_type("application/json").body("{}") }),
            )
            .route(
                "/pdf",
                web::get().to(move || async move { HttpResponse::Ok().content_type("application/pdf").body(large()) }),
            )
            .route(
                "/events",
                web::get()
                    .to(move || async move { HttpResponse::Ok().content_type("text/event-stream").body(large()) }),
            )
            .route(
                "/strong",
                web::get().to(move || async move {
                    HttpResponse::Ok()
                        .content_type("application/json")
                        .insert_header(("ETag", "\"1\""))
                        .body(large())
                }),
            )
            .route(
                "/weak",
                web::get().to(move || async move {
                    HttpResponse::Ok()
                        .content_type("application/json")
                        .insert_header(("ETag", "W/\"1\""))
                        .body(large())
                }),
            )
            .wrap(from_fn(mark_uncompressed))
            .wrap(Compress::default())
            .wrap(from_fn(unmark));
        let app = test::init_service(app).await;
        let request = test::TestRequest::get()
            .uri(path)
            .insert_header(("Accept-Encoding", "gzip"))
            .to_request();
        let response = test::call_service(&app, request).await;
        let header = |name: &str| {
            response
                .headers()
                .get(name)
                .map(|value| value.to_str().unwrap().to_owned())
        };
        (header("Content-Encoding"), header("ETag"))
    }

    #[actix_web::test]
    async fn only_large_texts_without_a_strong_etag_are_compressed() {
        let gzip = Some("gzip".to_owned());
        assert_eq!(encoding("/json").await.0, gzip);
        assert_eq!(encoding("/weak").await, (gzip, Some("W/\"1\"".to_owned())));
        for path in ["/small", "/pdf", "/events"] {
            assert_eq!(encoding(path).await, (None, None), "{path}");
        }
        assert_eq!(encoding("/strong").await, (None, Some("\"1\"".to_owned())));
    }
}
