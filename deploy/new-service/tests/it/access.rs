//! Who may call each route.

use mc___SCHEMA__::{routes, startup::SERVICE};
use mc_testkit::{
    ServiceUnderTest, TestOptions,
    access::{self, Route},
};

/// Every route and its callers.
fn table() -> Vec<Route> {
    vec![]
}

#[actix_web::test]
async fn only_the_callers_of_the_table_may_call() {
    let service = ServiceUnderTest::start(&SERVICE, TestOptions::default(), |_, _| {}).await;
    access::check(&service, &table()).await;
}

#[test]
fn the_table_has_every_route_of_the_document() {
    access::compare_with_document(routes::ABOUT, routes::routes, &table());
}
