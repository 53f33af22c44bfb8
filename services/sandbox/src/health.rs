//! What the sandbox measures of itself: webhooks that are not delivered yet.

use crate::{AppState, store::webhooks};
use mc_chassis::{
    health::{Component, HealthProbe, Status},
    pools,
};
use std::{sync::Arc, time::Instant};

/// Counts the webhooks that are not delivered.
pub struct Health {
    state: Arc<AppState>,
}

impl Health {
    /// Probes over `state`.
    pub fn new(state: Arc<AppState>) -> Self {
        Self { state }
    }
}

#[async_trait::async_trait]
impl HealthProbe for Health {
    async fn components(&self) -> Vec<Component> {
        let (state, started) = (&self.state, Instant::now());
        let waiting = async { webhooks::count_waiting(&mut *state.pool.acquire().await?).await };
        let (status, detail) = match waiting.await {
            Ok(0) => (Status::Healthy, "all delivered".to_owned()),
            Ok(count) => (Status::Degraded, format!("{count} are not delivered yet")),
            Err(_) => (Status::Unhealthy, "cannot be counted".to_owned()),
        };
        vec![pools::component(
            "webhooks",
            status,
            false,
            detail,
            started,
            &state.clock,
        )]
    }
}
