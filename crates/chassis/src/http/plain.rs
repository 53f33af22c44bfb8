//! Replaces the refusals of actix, which are text and may repeat what the caller sent, by problems.

use super::Problem;
use actix_web::{
    Error, ResponseError,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    },
    middleware::Next,
};
use mc_vocabulary::problem;

/// Replaces every refusal that is not JSON by the problem of its status.
pub async fn as_problem<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let response = next.call(request).await?;
    let status = response.status();
    let kind = response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    // Our pages have a content security policy; those of actix have none.
    let is_page = kind.starts_with("text/html") && response.headers().contains_key(CONTENT_SECURITY_POLICY);
    if !(status.is_client_error() || status.is_server_error()) || kind.contains("json") || is_page {
        return Ok(response.map_into_left_body());
    }
    let problem = of_status(status).error_response().map_into_right_body();
    Ok(response.into_response(problem))
}

fn of_status(status: StatusCode) -> Problem {
    let fallback = if status.is_server_error() {
        problem::INTERNAL
    } else {
        problem::BAD_REQUEST
    };
    let known = problem::GENERAL.iter().find(|kind| kind.status == status.as_u16());
    Problem::new(known.copied().unwrap_or(fallback))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::{App, middleware::from_fn, test, web};

    #[actix_web::test]
    async fn texts_of_the_library_are_replaced() {
        let app = App::new()
            .app_data(web::PayloadConfig::new(4))
            .route("/", web::post().to(|body: web::Bytes| async move { body }))
            .wrap(from_fn(as_problem));
        let app = test::init_service(app).await;
        let small = test::TestRequest::post().uri("/").set_payload("Lop").to_request();
        assert_eq!(test::call_and_read_body(&app, small).await, "Lop");
        let large = test::TestRequest::post()
            .uri("/")
            .set_payload("Lopez, Maria")
            .to_request();
        let refused = test::call_service(&app, large).await;
        assert_eq!(refused.status(), 413);
        assert_eq!(refused.headers().get(CONTENT_TYPE).unwrap(), "application/problem+json");
        let problem: serde_json::Value = test::read_body_json(refused).await;
        assert_eq!(problem["type"], "urn:medconnect:problem:payload-too-large");
    }
}
