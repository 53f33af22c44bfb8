//! Health as Kubernetes reads it.

use mc___SCHEMA__::startup::SERVICE;
use mc_testkit::{ServiceUnderTest, TestOptions};

#[actix_web::test]
async fn it_starts_and_is_ready() {
    let service = ServiceUnderTest::start(&SERVICE, TestOptions::default(), |_, _| {}).await;
    for path in ["/health/liveness", "/health/readiness"] {
        let response = reqwest::get(format!("{}{path}", service.base)).await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
    }
}
