//! What the sandbox measures of itself: webhooks that are not delivered yet.

use crate::{AppState, store::webhooks};
use mc_chassis::{
    health::{Component, HealthProbe, Status},
    pools,
};
use mc_service_kit::{Count, Kit};
use mc_vocabulary::Clock;
use std::{sync::Arc, time::Instant};

/// Counts the webhooks that are not delivered.
pub struct Health {
    waiting: Arc<Count>,
    clock: Clock,
}

impl Health {
    /// Probes over `state`; webhooks that wait are a metric too.
    pub fn new(kit: &mut Kit, state: &Arc<AppState>) -> Self {
        let waiting = kit.count(
            "sandbox.webhooks.waiting",
            "webhooks that are not delivered yet",
            state,
            |state| async move { count_waiting(&state).await.ok() },
        );
        let clock = kit.clock();
        Self { waiting, clock }
    }
}

async fn count_waiting(state: &AppState) -> Result<i64, sqlx::Error> {
    webhooks::count_waiting(&mut *state.pool.acquire().await?).await
}

#[async_trait::async_trait]
impl HealthProbe for Health {
    async fn components(&self) -> Vec<Component> {
        let started = Instant::now();
        let (status, detail) = match self.waiting.newest().await {
            Some(0) => (Status::Healthy, "all delivered".to_owned()),
            Some(count) => (Status::Degraded, format!("{count} are not delivered yet")),
            None => (Status::Unhealthy, "cannot be counted".to_owned()),
        };
        vec![pools::component(
            "webhooks",
            status,
            false,
            detail,
            started,
            &self.clock,
        )]
    }
}
