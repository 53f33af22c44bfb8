//! Part of `make bench-spine`: a live eligibility check of a coverage with 10 and with 100,000
//! stored answers, over HTTP, with a simulated payer. Prints rows of a table.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    dead_code,
    reason = "a benchmark: what goes wrong ends it, and it uses a part of what tests use"
)]

#[path = "../tests/it/app.rs"]
mod app;
#[path = "../tests/it/payer.rs"]
mod payer;

use app::TestApp;
use std::time::Instant;

const CHECKS: usize = 200;

#[actix_web::main]
async fn main() {
    let app = TestApp::start().await;
    let few = app.add_coverage().await;
    let many = app.add_coverage_of("pat-2").await;
    store_answers(&app, &few, 10).await;
    store_answers(&app, &many, 100_000).await;
    sqlx::query("VACUUM ANALYZE")
        .execute(&app.database.owner)
        .await
        .unwrap();
    let (mut few_took, mut many_took) = (Vec::new(), Vec::new());
    // In turn, so that both meet the same machine.
    for _ in 0..CHECKS {
        few_took.push(check(&app, &few).await);
        many_took.push(check(&app, &many).await);
    }
    let (few, many) = (median(few_took), median(many_took));
    println!("| a live check, 10 stored answers | p50 {few:.2} ms | |");
    println!("| a live check, 100,000 stored answers | p50 {many:.2} ms | |");
    println!("| … as a multiple | {:.2} | at most 1.2 |", many / few);
}

/// Milliseconds of a live check.
async fn check(app: &TestApp, coverage_id: &str) -> f64 {
    let start = Instant::now();
    let verification = app.verify(coverage_id).await;
    let took = start.elapsed().as_secs_f64() * 1e3;
    assert_eq!(verification["outcome"], "live", "{verification}");
    took
}

fn median(mut took: Vec<f64>) -> f64 {
    took.sort_by(f64::total_cmp);
    took[took.len() / 2]
}

/// Copies of a live answer, each a second older.
async fn store_answers(app: &TestApp, coverage_id: &str, count: i32) {
    app.verify(coverage_id).await;
    sqlx::query(
        "WITH last AS (SELECT * FROM eligibility.verifications WHERE coverage_id = $1::uuid), \
         sent AS (INSERT INTO eligibility.inquiries \
           SELECT gen_random_uuid(), l.organization_id, l.coverage_id, 'sandbox', '30', n, n::text, l.verified_at - n * interval '1 s' \
           FROM last l, generate_series(1, $2) n RETURNING id, requested_at) \
         INSERT INTO eligibility.verifications (id, organization_id, coverage_id, service_type, outcome, inquiry_id, answer_sealed, \
           verified_by, verified_at, took_ms) \
         SELECT gen_random_uuid(), l.organization_id, l.coverage_id, '30', 'live', a.id, l.answer_sealed, 'user', a.requested_at, 1 \
         FROM last l, sent a",
    )
    .bind(coverage_id)
    .bind(count)
    .execute(&app.database.owner)
    .await
    .unwrap();
}
