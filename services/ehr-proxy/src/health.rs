//! Health of the EHRs, and evidence for policies.

use crate::{
    AppState,
    domain::{BoundsError, Connection, Purpose, allowed},
    events::EHR,
    gateway::{Ehr, EhrError},
    routes,
    store::connections,
};
use futures_util::future::join_all;
use mc_access::tenancy;
use mc_chassis::{
    health::{Component, Evidence, HealthProbe, Status},
    pools,
};
use mc_upstream::BreakerState;
use mc_vocabulary::Role;
use std::{
    collections::BTreeSet,
    fmt::Write as _,
    sync::Arc,
    time::{Duration, Instant},
};

/// Maximum number of connections that a health check probes.
const MAX_CONNECTIONS: i64 = 50;

/// How long the database may take.
const DATABASE_LIMIT: Duration = Duration::from_secs(1);

/// Probes the EHRs of all organizations and measures the policies that concern ehr-proxy.
pub struct Health {
    state: Arc<AppState>,
}

#[async_trait::async_trait]
impl HealthProbe for Health {
    async fn components(&self) -> Vec<Component> {
        vec![self.ehr_component().await]
    }

    async fn evidence(&self) -> Vec<Evidence> {
        let mut evidence = vec![
            self.minimum_necessary(),
            self.access_logging().await,
            self.api_authentication(),
        ];
        evidence.extend(self.encryption_in_transit().await);
        evidence.extend(self.encryption_at_rest().await);
        evidence
    }
}

impl Health {
    /// Probes over `state`.
    pub fn new(state: Arc<AppState>) -> Self {
        Self { state }
    }

    /// All EHRs as one component: how many respond, and the worst state of their breakers.
    async fn ehr_component(&self) -> Component {
        let started = Instant::now();
        let ehrs = self.ehrs().await;
        let outcomes = join_all(ehrs.iter().map(|ehr| check(ehr))).await;
        let breakers = ehrs.iter().map(|ehr| ehr.breaker().state);
        let worst = breakers.max_by_key(|state| match state {
            BreakerState::Closed => 0,
            BreakerState::HalfOpen => 1,
            BreakerState::Open => 2,
        });
        let worst = worst.unwrap_or(BreakerState::Closed);
        let (all, well) = (ehrs.len(), outcomes.iter().filter(|outcome| outcome.is_ok()).count());
        let status = match well {
            _ if all == 0 => Status::Healthy,
            0 => Status::Unhealthy,
            well if well == all && worst == BreakerState::Closed => Status::Healthy,
            _ => Status::Degraded,
        };
        let mut detail = if all == 0 {
            "no connection is set up".to_owned()
        } else {
            format!("{well} of {all} connections respond")
        };
        // Health is open: the field is named here, the secret only in the log.
        let refused: BTreeSet<_> = outcomes.iter().filter_map(|outcome| outcome.err().flatten()).collect();
        for cause in refused {
            let _ = write!(detail, "; a connection is refused: {cause}");
        }
        let mut component = pools::component(EHR, status, false, detail, started, &self.state.clock);
        component.breaker = Some(worst.as_str().to_owned());
        component
    }

    /// The EHRs of all connections; while the database is unavailable, those used so far.
    async fn ehrs(&self) -> Vec<Arc<Ehr>> {
        match self.connections().await {
            Ok(connections) => connections
                .iter()
                .filter_map(|connection| self.state.ehrs.get(connection).ok())
                .collect(),
            Err(_) => self.state.ehrs.connected(),
        }
    }

    async fn connections(&self) -> Result<Vec<Connection>, sqlx::Error> {
        let read = async {
            let mut transaction = tenancy::begin_as_platform(&self.state.worker_pool).await?;
            connections::list(&mut transaction, MAX_CONNECTIONS).await
        };
        let read = tokio::time::timeout(DATABASE_LIMIT, read).await;
        read.unwrap_or(Err(sqlx::Error::PoolTimedOut))
    }

    fn found(&self, control: &str, holds: bool, found: String, method: &str) -> Evidence {
        mc_service_kit::evidence(&self.state.clock, control, holds, found, method)
    }

    /// Evidence from the table that filters charts.
    fn minimum_necessary(&self) -> Evidence {
        let outside = [Role::Staff, Role::Billing, Role::Compliance, Role::Integration];
        let closed = outside.iter().all(|role| allowed(*role, Purpose::Treatment).is_none());
        let sees = allowed(Role::Doctor, Purpose::Treatment).unwrap_or_default();
        let identifiers = ["identifier", "telecom", "address", "photo"];
        let bare = sees
            .iter()
            .all(|seen| seen.members.iter().all(|member| !identifiers.contains(member)));
        let members: usize = sees.iter().map(|seen| seen.members.len()).sum();
        let found = format!(
            "a doctor sees {members} members of {} resource types; front desk and billing see none",
            sees.len()
        );
        self.found(
            "minimum_necessary",
            closed && bare && !sees.is_empty(),
            found,
            "the table that filters every chart",
        )
    }

    /// Whether an audit record could be committed now: every disclosure waits for one.
    async fn access_logging(&self) -> Evidence {
        let recorded = crate::store::count_audit_records_since_yesterday(self.state.worker_pool.pool()).await;
        let found = match &recorded {
            Ok(count) => format!(
                "{count} access records in the outbox of the last 24 hours; a chart is returned only after its record is committed"
            ),
            Err(_) => "records cannot be committed now, so charts are not returned".to_owned(),
        };
        self.found("access_logging", recorded.is_ok(), found, "the outbox")
    }

    /// Whether every route requires an access token, by the routing table in use.
    fn api_authentication(&self) -> Evidence {
        let document = mc_chassis::http::document(routes::ABOUT, routes::routes);
        let document = serde_json::to_value(document).unwrap_or_default();
        let paths = document["paths"]
            .as_object()
            .into_iter()
            .flat_map(serde_json::Map::values);
        let operations: Vec<_> = paths
            .filter_map(|path| path.as_object())
            .flat_map(serde_json::Map::values)
            .collect();
        // An open route declares its own security.
        let protected = operations
            .iter()
            .filter(|operation| operation["security"].is_null())
            .count();
        let found = format!(
            "{protected} of {} routes require an ES256 access token",
            operations.len()
        );
        let holds = protected == operations.len() && protected > 0;
        self.found("api_authentication", holds, found, "the routing table in use")
    }

    /// Whether every EHR is reached over TLS.
    async fn encryption_in_transit(&self) -> Option<Evidence> {
        let connections = self
            .connections()
            .await
            .ok()
            .filter(|connections| !connections.is_empty())?;
        let secure = connections
            .iter()
            .filter(|connection| connection.base_url.scheme() == "https")
            .count();
        let found = format!(
            "{secure} of {} EHR connections are https; TLS 1.2 is the floor",
            connections.len()
        );
        Some(self.found(
            "encryption_in_transit",
            secure == connections.len(),
            found,
            "the addresses of the connections",
        ))
    }

    /// Whether cached EHR tokens are sealed.
    async fn encryption_at_rest(&self) -> Option<Evidence> {
        let ehrs = self.state.ehrs.connected();
        let kept: Vec<_> = join_all(ehrs.iter().map(|ehr| ehr.sealed_token()))
            .await
            .into_iter()
            .flatten()
            .collect();
        if kept.is_empty() {
            return None;
        }
        let sealed = kept.iter().filter(|bytes| mc_keyring::is_sealed(bytes)).count();
        let found = format!(
            "{sealed} of {} cached EHR tokens are sealed with AES-256-GCM; no clinical data is stored",
            kept.len()
        );
        Some(self.found(
            "encryption_at_rest",
            sealed == kept.len(),
            found,
            "the bytes in the cache",
        ))
    }
}

/// Whether a connection may use its secret and its EHR responds; the error names the bound that it
/// violates.
async fn check(ehr: &Ehr) -> Result<(), Option<BoundsError>> {
    if let Err(EhrError::Bounds(error)) = ehr.check_secret().await {
        return Err(Some(error));
    }
    if ehr.check().await.ok { Ok(()) } else { Err(None) }
}
