//! Health of the platform. Public: responses hold neither secrets, addresses nor patient data.

use crate::{
    AppState,
    actions::survey_platform,
    domain::{BreakerState, BreakerStatus, ImpactLevel, Integration, Part, Platform, ServiceStatus, Status, service},
    gateway::machine::Figures,
};
use actix_web::{HttpResponse, get, web::Data};
use chrono::{DateTime, Utc};
use mc_access::RequestContext;
use mc_chassis::http::Origin;
use mc_contracts::Actor;
use serde::Serialize;
use std::{collections::BTreeMap, sync::Arc};

/// The status alone.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Basic {
    status: Status,
}

/// The platform in detail.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Detailed {
    /// Unhealthy: visits cannot be completed. Degraded: something is not healthy.
    status: Status,
    system: SystemView,
    components: Components,
    /// Circuit breakers by upstream.
    breakers: BTreeMap<String, BreakerStatus>,
    patient_care_impact: ImpactLevel,
    /// Which steps of a visit work now, and which do not.
    patient_care_summary: String,
    checked_at: DateTime<Utc>,
}

/// The machine that the console runs on.
#[derive(Serialize, utoipa::ToSchema)]
pub struct SystemView {
    cpu_percent: f64,
    memory_percent: f64,
    disk_percent: f64,
    uptime_seconds: u64,
}

/// A component of the platform.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ComponentView {
    status: Status,
    /// What was found, as a phrase.
    detail: String,
    checked_at: DateTime<Utc>,
}

/// A service of the platform.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ServiceView {
    status: Status,
    /// Whether its liveness was answered.
    reachable: bool,
    /// Whether it has everything that it cannot work without.
    ready: bool,
    /// What was found, as a phrase.
    detail: String,
    /// Its components, as it reports them.
    parts: BTreeMap<String, Status>,
    checked_at: DateTime<Utc>,
}

/// All components of the platform.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Components {
    secrets_manager: ComponentView,
    stripe_integration: ComponentView,
    ehr_system: ComponentView,
    insurance_verification: ComponentView,
    /// The worst of all breakers.
    circuit_breaker_state: BreakerState,
    database: ComponentView,
    message_broker: ComponentView,
    cache: ComponentView,
    auth: ServiceView,
    billing: ServiceView,
    #[serde(rename = "ehr-proxy")]
    ehr_proxy: ServiceView,
    eligibility: ServiceView,
    audit: ServiceView,
    /// Every other service, by its name.
    #[serde(flatten)]
    others: BTreeMap<String, ServiceView>,
}

/// The services that [`Components`] names.
const NAMED: [&str; 5] = [
    service::AUTH,
    service::BILLING,
    service::EHR_PROXY,
    service::ELIGIBILITY,
    service::AUDIT,
];

impl From<&Part> for ComponentView {
    fn from(part: &Part) -> Self {
        Self {
            status: part.status,
            detail: part.detail.clone(),
            checked_at: part.checked_at,
        }
    }
}

impl From<&ServiceStatus> for ServiceView {
    fn from(seen: &ServiceStatus) -> Self {
        let parts = seen.parts().iter().map(|part| (part.name.clone(), part.status));
        Self {
            status: seen.status(),
            reachable: seen.alive.is_ok(),
            ready: seen.is_ready(),
            detail: seen.detail(),
            parts: parts.collect(),
            checked_at: seen.seen_at,
        }
    }
}

impl From<&Platform> for Components {
    fn from(platform: &Platform) -> Self {
        let unchecked = || ComponentView {
            status: Status::Unhealthy,
            detail: "was not checked".to_owned(),
            checked_at: platform.checked_at,
        };
        let integrations = Integration::all(platform);
        let integration = |name: &str| {
            let found = integrations.iter().find(|integration| integration.name == name);
            found.map_or_else(unchecked, |integration| ComponentView {
                status: integration.status,
                detail: integration.detail.clone(),
                checked_at: integration.last_checked_at,
            })
        };
        let service = |name| {
            platform.service_status(name).map_or_else(
                || ServiceView {
                    status: Status::Unhealthy,
                    reachable: false,
                    ready: false,
                    detail: unchecked().detail,
                    parts: BTreeMap::new(),
                    checked_at: platform.checked_at,
                },
                ServiceView::from,
            )
        };
        let others = platform
            .services
            .iter()
            .filter(|seen| !NAMED.contains(&seen.service.as_str()));
        let others = others.map(|seen| (seen.service.clone(), seen.into()));
        let (status, detail, checked_at) = platform.secrets();
        Self {
            secrets_manager: ComponentView {
                status,
                detail,
                checked_at,
            },
            stripe_integration: integration("stripe"),
            ehr_system: integration("epic_ehr"),
            insurance_verification: integration("insurance_hub"),
            circuit_breaker_state: platform.worst_breaker_state(),
            database: (&platform.servers.database).into(),
            message_broker: (&platform.servers.broker).into(),
            cache: (&platform.servers.cache).into(),
            auth: service(service::AUTH),
            billing: service(service::BILLING),
            ehr_proxy: service(service::EHR_PROXY),
            eligibility: service(service::ELIGIBILITY),
            audit: service(service::AUDIT),
            others: others.collect(),
        }
    }
}

impl From<Figures> for SystemView {
    fn from(figures: Figures) -> Self {
        Self {
            cpu_percent: figures.cpu_percent,
            memory_percent: figures.memory_percent,
            disk_percent: figures.disk_percent,
            uptime_seconds: figures.uptime_seconds,
        }
    }
}

/// The platform's status. Always 200 while the console runs.
#[utoipa::path(tag = "health", security(()), responses((status = 200, description = "The status", body = Basic)))]
#[get("")]
pub async fn basic(state: Data<AppState>, origin: Origin) -> HttpResponse {
    basic_at_slash(state, origin).await
}

/// The same at `/api/v1/health/`.
pub async fn basic_at_slash(state: Data<AppState>, origin: Origin) -> HttpResponse {
    let status = survey(&state, origin).await.status();
    HttpResponse::Ok().json(Basic { status })
}

/// Every component and breaker, and the impact on care. Always 200: read `status`.
#[utoipa::path(tag = "health", security(()), responses((status = 200, description = "The platform; read `status`", body = Detailed)))]
#[get("/detailed")]
pub async fn detailed(state: Data<AppState>, origin: Origin) -> HttpResponse {
    let machine = state.machine.clone();
    let figures = tokio::task::spawn_blocking(move || machine.figures());
    let platform = survey(&state, origin).await;
    let impact = platform.impact();
    HttpResponse::Ok().json(Detailed {
        status: platform.status(),
        system: figures.await.unwrap_or_default().into(),
        components: platform.as_ref().into(),
        breakers: platform.breakers.clone(),
        patient_care_impact: impact.level,
        patient_care_summary: impact.summary,
        checked_at: platform.checked_at,
    })
}

/// Whether the console runs.
#[utoipa::path(tag = "health", security(()), responses((status = 200, description = "It runs", body = Basic)))]
#[get("/liveness")]
pub async fn liveness() -> HttpResponse {
    HttpResponse::Ok().json(Basic {
        status: Status::Healthy,
    })
}

/// Whether visits can be completed.
#[utoipa::path(tag = "health", security(()), responses(
    (status = 200, description = "They can, possibly degraded", body = Basic),
    (status = 503, description = "They cannot", body = Basic),
))]
#[get("/readiness")]
pub async fn readiness(state: Data<AppState>, origin: Origin) -> HttpResponse {
    let status = survey(&state, origin).await.status();
    match status {
        Status::Unhealthy => HttpResponse::ServiceUnavailable().json(Basic { status }),
        Status::Healthy | Status::Degraded => HttpResponse::Ok().json(Basic { status }),
    }
}

pub(super) async fn survey(state: &AppState, origin: Origin) -> Arc<Platform> {
    let context = RequestContext::for_anonymous(Actor::anonymous(), origin, &state.clock);
    survey_platform::execute(&context, state).await
}
