//! A rule across all services: after a sign-out the session's access token opens nothing.

use crate::{
    client::{Client, text},
    steps::clinic,
    test_mode::TestMode,
};
use anyhow::{Result, ensure};
use std::time::{Duration, Instant};

/// How long a service may go on accepting the token (docs/threat-model.md).
const LIMIT: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_millis(20);
/// The id of no payment.
const NO_PAYMENT: &str = "019b0000-0000-7000-8000-000000000000";

/// Signs in, requests a route of each service, signs out and requests them again until each
/// refuses; true when all did within [`LIMIT`].
pub async fn show(client: &Client, test_mode: &TestMode) -> Result<bool> {
    let token = client.token(test_mode.account(clinic(), "doctor")?).await?;
    let patient = test_mode.patient(clinic())?;
    let (patient_id, coverage_id) = (text(patient, "patient_id"), text(patient, "coverage_id"));
    let routes = [
        "/api/v1/auth/me".to_owned(),
        format!("/api/v1/integrations/stripe/payment-intent/{NO_PAYMENT}"),
        format!("/api/v1/integrations/ehr/consents?patient_id={patient_id}"),
        format!("/api/v1/integrations/insurance/coverages/{coverage_id}"),
        "/api/v1/integrations/audit/recent".to_owned(),
        "/api/v1/integrations/status".to_owned(),
    ];
    for route in &routes {
        let reply = client.get(route, Some(&token)).await?;
        println!("GET {route} -> {}", reply.status);
        // What the doctor may not do is refused with 403, and a payment that is none with 404.
        ensure!(
            matches!(reply.status, 200 | 403 | 404),
            "GET {route} before the sign-out {}",
            reply.complaint()
        );
    }
    let reply = client
        .post("/api/v1/auth/logout", Some(&token), &serde_json::Value::Null)
        .await?;
    ensure!(reply.status == 204, "the sign-out {}", reply.complaint());
    let signed_out = Instant::now();
    println!("POST /api/v1/auth/logout -> 204");
    let mut ok = true;
    for route in &routes {
        let mut reply = client.get(route, Some(&token)).await?;
        while reply.status != 401 && signed_out.elapsed() < LIMIT {
            tokio::time::sleep(PAUSE).await;
            reply = client.get(route, Some(&token)).await?;
        }
        println!(
            "GET {route} -> {} ({} ms after it)",
            reply.status,
            signed_out.elapsed().as_millis()
        );
        ok &= reply.status == 401;
    }
    Ok(ok)
}
