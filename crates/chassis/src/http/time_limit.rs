//! The longest time that a request may take until its response begins.

use super::Problem;
use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
};
use std::time::Duration;

/// Ends a request that takes longer than `limit`. What it held is given back: a connection to the
/// database that does not answer is closed by its pool.
pub async fn within<B: MessageBody>(
    limit: Duration,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    match tokio::time::timeout(limit, next.call(request)).await {
        Ok(response) => response,
        Err(_) => Err(Problem::unavailable("The request took too long and was ended. Repeat it.").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::{App, HttpResponse, middleware::from_fn, test, web};

    #[actix_web::test]
    async fn a_request_that_takes_too_long_is_ended_with_503_and_a_short_one_is_not() {
        let limit = Duration::from_millis(50);
        let app = App::new()
            .route("/short", web::get().to(HttpResponse::NoContent))
            .route("/long", web::get().to(std::future::pending::<HttpResponse>))
            .wrap(from_fn(move |request, next| within(limit, request, next)));
        let app = test::init_service(app).await;
        let short = test::TestRequest::get().uri("/short").to_request();
        assert_eq!(test::call_service(&app, short).await.status(), 204);
        let long = test::TestRequest::get().uri("/long").to_request();
        let ended = test::try_call_service(&app, long).await.unwrap_err().error_response();
        assert_eq!(ended.status(), 503);
        assert!(ended.headers().contains_key("retry-after"));
    }
}
