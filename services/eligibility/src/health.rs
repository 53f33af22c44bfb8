//! What eligibility measures of itself: its payers, and whether members are sealed and masked.

use crate::{
    AppState,
    domain::{Gender, Member},
    gateway::Payer,
    store::coverages,
};
use chrono::NaiveDate;
use futures_util::future::join_all;
use mc_access::tenancy;
use mc_chassis::{
    health::{Component, Evidence, HealthProbe, Status},
    pools,
};
use mc_service_kit::{evidence, sealed_evidence};
use mc_upstream::BreakerState;
use mc_vocabulary::Phi;
use std::{sync::Arc, time::Instant};

/// Rows that are looked at for evidence.
const SAMPLE: i64 = 100;

/// Probes the payers and the stored members.
pub struct Health {
    state: Arc<AppState>,
}

impl Health {
    /// Probes over `state`.
    pub fn new(state: Arc<AppState>) -> Self {
        Self { state }
    }

    /// Never required: without its payer a coverage is answered from the last good verification.
    async fn payer(&self, payer: &Payer) -> Component {
        let started = Instant::now();
        let outcome = payer.probe().check().await;
        let breaker = payer.upstream().snapshot().state;
        let (status, detail) = match (outcome.error_kind, breaker) {
            (Some(kind), _) => (Status::Unhealthy, format!("does not answer: {kind}")),
            (None, BreakerState::Closed) => (Status::Healthy, "answers".to_owned()),
            (None, _) => (
                Status::Degraded,
                "answers, and the breaker is not closed yet".to_owned(),
            ),
        };
        let name = payer.upstream().name();
        let mut component = pools::component(name, status, false, detail, started, &self.state.clock);
        component.breaker = Some(breaker.as_str().to_owned());
        component
    }

    async fn sealed_members(&self) -> Option<Evidence> {
        let mut transaction = tenancy::begin_as_platform(&self.state.worker_pool).await.ok()?;
        let stored = coverages::list_sealed_members(&mut transaction, SAMPLE).await.ok()?;
        sealed_evidence(&self.state.clock, "members", &stored)
    }
}

#[async_trait::async_trait]
impl HealthProbe for Health {
    async fn components(&self) -> Vec<Component> {
        join_all(self.state.payers.iter().map(|payer| self.payer(payer))).await
    }

    async fn evidence(&self) -> Vec<Evidence> {
        let (printed, masked) = print_synthetic_member();
        let masking = evidence(
            &self.state.clock,
            "phi_protection",
            masked,
            printed,
            "a synthetic member, printed as a log line would print it",
        );
        [Some(masking), self.sealed_members().await]
            .into_iter()
            .flatten()
            .collect()
    }
}

/// A synthetic member as a log line prints it, and whether none of its values is visible.
fn print_synthetic_member() -> (String, bool) {
    let member = Member {
        member_id: Phi::new("Z987654321".to_owned()),
        family: Phi::new("Quixada".to_owned()),
        given: Phi::new("Dulcinea".to_owned()),
        birth_date: Phi::new(NaiveDate::default()),
        gender: Some(Phi::new(Gender::Female)),
    };
    let printed = format!("{member:?}; to the payer: {:?}", member.subscriber());
    let birth_date = member.birth_date.open().to_string();
    let values = ["Z987654321", "Quixada", "Dulcinea", "Female", &birth_date];
    let masked = !values.iter().any(|value| printed.contains(value));
    (printed, masked)
}
