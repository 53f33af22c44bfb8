//! What health checks and policies see.

use crate::{
    AppState,
    domain::{Gender, Member},
    gateway::Payer,
    store::coverages,
};
use actix_web::web::Data;
use chrono::NaiveDate;
use mc_access::tenancy;
use mc_chassis::{
    health::{Component, Evidence, HealthProbe, Status},
    pools,
};
use mc_keyring::Secrets;
use mc_upstream::BreakerState;
use mc_vocabulary::Phi;
use redis::aio::ConnectionManager;
use sqlx::PgPool;
use std::time::Instant;

pub(super) struct Watch {
    pub(super) state: Data<AppState>,
    pub(super) secrets: Secrets,
    pub(super) redis: ConnectionManager,
}

#[async_trait::async_trait]
impl HealthProbe for Watch {
    async fn components(&self) -> Vec<Component> {
        let clock = &self.state.clock;
        let mut components = vec![
            pools::database_component(&self.state.pool, clock).await,
            pools::cache_component(&self.redis, clock).await,
            self.secrets_component().await,
        ];
        components.extend(self.state.mailbox.components().await);
        for payer in self.state.payers.iter() {
            components.push(self.payer_component(payer).await);
        }
        components
    }

    async fn evidence(&self) -> Vec<Evidence> {
        let now = self.state.clock.now();
        let evidence = |control: &str, holds, found: String, method: &str| Evidence {
            control: control.to_owned(),
            holds,
            found,
            method: method.to_owned(),
            checked_at: now,
        };
        let provider = self.secrets.provider_name();
        let (shown, masked) = masking();
        let (payers, secure) = self.transport();
        let mut found = vec![
            evidence(
                "secrets_management",
                provider == "aws_secrets_manager",
                format!("provider {provider}"),
                "the provider that gives the payers' credentials",
            ),
            evidence(
                "phi_protection",
                masked,
                shown,
                "a member of known values, printed as a log line would print it",
            ),
            evidence(
                "encryption_in_transit",
                payers == secure,
                format!("{secure} of {payers} payers are called over https, TLS 1.2 or newer"),
                "the addresses in use",
            ),
        ];
        if let Some((members, sealed)) = sealed_members(&self.state.pool).await {
            found.push(evidence(
                "encryption_at_rest",
                members == sealed,
                format!("{sealed} of {members} stored members are sealed with AES-256-GCM"),
                "the stored bytes of the newest rows",
            ));
        }
        found
    }
}

impl Watch {
    async fn secrets_component(&self) -> Component {
        let started = Instant::now();
        let mut missing = self.secrets.require("sealing-key", &["key_id", "key"]).await.is_err();
        for payer in self.state.payers.iter() {
            missing |= payer.credentials().await.is_err();
        }
        let (status, detail) = if missing {
            (
                Status::Unhealthy,
                "the sealing key or a payer's credentials cannot be read".to_owned(),
            )
        } else {
            (Status::Healthy, format!("provider {}", self.secrets.provider_name()))
        };
        pools::component("secrets_manager", status, false, detail, started, &self.state.clock)
    }

    /// Never required: without its payer a coverage is told from the last good answer.
    async fn payer_component(&self, payer: &Payer) -> Component {
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

    /// How many payers there are, and how many of them are called over https.
    fn transport(&self) -> (usize, usize) {
        let payers = || self.state.payers.iter();
        let secure = payers().filter(|payer| payer.upstream().base_url().scheme() == "https");
        (payers().count(), secure.count())
    }
}

/// How many of the newest members there are, and how many of them are sealed.
async fn sealed_members(pool: &PgPool) -> Option<(usize, usize)> {
    let mut transaction = tenancy::begin_as_platform(pool).await.ok()?;
    let values = coverages::list_sealed_members(&mut transaction, 100).await.ok()?;
    Some((
        values.len(),
        values.iter().filter(|value| mc_keyring::is_sealed(value)).count(),
    ))
}

/// A made-up member as a log line prints it, and whether nothing of it shows.
fn masking() -> (String, bool) {
    let member = Member {
        member_id: Phi::new("Z987654321".to_owned()),
        family: Phi::new("Quixada".to_owned()),
        given: Phi::new("Dulcinea".to_owned()),
        birth_date: Phi::new(NaiveDate::default()),
        gender: Some(Phi::new(Gender::Female)),
    };
    let shown = format!("{member:?}; to the payer: {:?}", member.subscriber());
    let birth_date = member.birth_date.open().to_string();
    let told = ["Z987654321", "Quixada", "Dulcinea", "Female", &birth_date];
    let masked = !told.iter().any(|value| shown.contains(value));
    (shown, masked)
}
