//! What auth measures of itself: how tokens are signed, and whether e-mail addresses are sealed.

use crate::{AppState, store::users};
use mc_access::tenancy;
use mc_chassis::health::{Component, Evidence, HealthProbe};
use mc_service_kit::{evidence, sealed_evidence};
use std::sync::Arc;

/// Rows that are looked at for evidence.
const SAMPLE: i64 = 100;

/// Measures the signer and the stored users.
pub struct Health {
    state: Arc<AppState>,
}

impl Health {
    /// Measures over `state`.
    pub fn new(state: Arc<AppState>) -> Self {
        Self { state }
    }

    fn authentication(&self) -> Evidence {
        let state = &self.state;
        let found = format!(
            "ES256, {} key(s), tokens expire after {} s",
            state.signer.public().keys.len(),
            state.lifetimes.access.num_seconds()
        );
        evidence(&state.clock, "api_authentication", true, found, "the signer in use")
    }

    async fn sealed_emails(&self) -> Option<Evidence> {
        let mut transaction = tenancy::begin_as_platform(&self.state.worker_pool).await.ok()?;
        let stored = users::list_sealed_emails(&mut transaction, SAMPLE).await.ok()?;
        sealed_evidence(&self.state.clock, "e-mail addresses", &stored)
    }
}

#[async_trait::async_trait]
impl HealthProbe for Health {
    async fn components(&self) -> Vec<Component> {
        Vec::new()
    }

    async fn evidence(&self) -> Vec<Evidence> {
        let sealed = self.sealed_emails().await;
        [Some(self.authentication()), sealed].into_iter().flatten().collect()
    }
}
