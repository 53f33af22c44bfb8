#![doc = include_str!("../README.md")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::missing_panics_doc,
    reason = "only tests call this: a panic here is a failed test"
)]

pub mod access;
mod audit_trail;
mod broker;
mod chaos;
mod database;
mod plans;
mod servers;
mod service_under_test;
mod tokens;

pub use audit_trail::AuditTrail;
pub use broker::{Broker, broker, envelope};
pub use chaos::ChaosProxy;
pub use database::Database;
pub use plans::{Planner, Scan};
pub use servers::{redis_url, setting};
pub use service_under_test::{SecondProcess, SecretFiles, ServiceUnderTest, TestOptions};
pub use tokens::{Caller, TokenIssuer};

use std::{
    future::Future,
    time::{Duration, Instant},
};

/// Waits until `condition` returns a value, at most thirty seconds: a test that
/// passes takes no longer for it, and a busy machine does not fail one.
///
/// # Panics
/// Naming `what` after thirty seconds.
pub async fn eventually<T, F, W>(what: &str, mut condition: F) -> T
where
    F: FnMut() -> W,
    W: Future<Output = Option<T>>,
{
    let limit = Instant::now() + Duration::from_secs(30);
    loop {
        if let Some(value) = condition().await {
            return value;
        }
        assert!(Instant::now() < limit, "not within thirty seconds: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
