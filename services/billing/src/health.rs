//! Health of the payment processor, and evidence that stored contexts are sealed.

use crate::{
    AppState,
    store::{payments, surplus},
};
use mc_access::tenancy;
use mc_chassis::{
    health::{Component, Evidence, HealthProbe, Status},
    pools,
};
use mc_service_kit::{Count, Kit, sealed_evidence};
use std::{sync::Arc, time::Instant};

/// Number of rows sampled for evidence.
const SAMPLE: i64 = 100;

/// Probes the payment processor and the stored payments.
pub struct Health {
    state: Arc<AppState>,
    pending: Arc<Count>,
    surplus: Arc<Count>,
}

impl Health {
    /// Probes over `state`; pending payments are a metric too.
    pub fn new(kit: &mut Kit, state: Arc<AppState>) -> Self {
        let pending = kit.count(
            "billing.payments.pending",
            "payments that are being charged or wait for the payment processor",
            &state,
            |state| async move { count_pending(&state).await },
        );
        let surplus = kit.count(
            "billing.payments.surplus",
            "payment intents that charge a patient beyond the payments, or may",
            &state,
            |state| async move { count_surplus(&state).await },
        );
        Self {
            state,
            pending,
            surplus,
        }
    }

    async fn stripe(&self) -> Component {
        let (state, started) = (&self.state, Instant::now());
        let probe = state.stripe.probe().await;
        let pending = self.pending.newest().await;
        let surplus = self.surplus.newest().await.unwrap_or_default();
        let (status, detail) = match (probe.ok, pending) {
            (true, Some(0)) => (Status::Healthy, "available".to_owned()),
            (true, Some(pending)) => (
                Status::Degraded,
                format!("available; {pending} payments are being charged"),
            ),
            (true, None) => (Status::Degraded, "available; payments cannot be counted".to_owned()),
            (false, pending) => {
                let kind = probe.error_kind.unwrap_or("refuses");
                let pending = pending.unwrap_or_default();
                (Status::Unhealthy, format!("{kind}; {pending} payments wait"))
            }
        };
        let (status, detail) = match (status, surplus) {
            (_, 0) => (status, detail),
            (Status::Healthy, _) => (Status::Degraded, format!("{detail}; {surplus} surplus intents")),
            (_, _) => (status, format!("{detail}; {surplus} surplus intents")),
        };
        let mut component = pools::component("stripe", status, false, detail, started, &state.clock);
        component.breaker = Some(state.stripe.upstream().snapshot().state.as_str().to_owned());
        component
    }

    async fn sealed_contexts(&self) -> Option<Evidence> {
        let mut transaction = tenancy::begin_as_platform(&self.state.worker_pool).await.ok()?;
        let stored = payments::list_contexts(&mut transaction, SAMPLE).await.ok()?;
        sealed_evidence(&self.state.clock, "payment contexts", &stored)
    }
}

#[async_trait::async_trait]
impl HealthProbe for Health {
    async fn components(&self) -> Vec<Component> {
        vec![self.stripe().await]
    }

    async fn evidence(&self) -> Vec<Evidence> {
        self.sealed_contexts().await.into_iter().collect()
    }
}

async fn count_pending(state: &AppState) -> Option<i64> {
    let mut transaction = tenancy::begin_as_platform(&state.worker_pool).await.ok()?;
    payments::count_pending(&mut transaction).await.ok()
}

async fn count_surplus(state: &AppState) -> Option<i64> {
    let mut transaction = tenancy::begin_as_platform(&state.worker_pool).await.ok()?;
    surplus::count_open(&mut transaction).await.ok()
}
