//! Health of the platform (H1, H2). Open to everyone: neither secrets, addresses nor patient data stand in these answers.

use crate::{
    AppState,
    actions::survey_platform::survey_platform,
    domain::{BreakerState, ImpactLevel, Integration, Part, Platform, Service, Sighting, Standing, Status},
    gateway::machine::Figures,
};
use actix_web::{HttpResponse, get, web::Data};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::BTreeMap;

/// One word.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Basic {
    status: Status,
}

/// Everything.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Detailed {
    /// Unhealthy: a visit cannot be carried through. Degraded: something ails.
    status: Status,
    system: SystemView,
    components: Components,
    /// Circuit breakers by upstream.
    breakers: BTreeMap<String, Standing>,
    patient_care_impact: ImpactLevel,
    /// What a visit can and cannot do now.
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

/// A part of the platform.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ComponentView {
    status: Status,
    /// What was seen, in a few words.
    detail: String,
    checked_at: DateTime<Utc>,
}

/// A service of the platform.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ServiceView {
    status: Status,
    /// Says that it is alive.
    reachable: bool,
    /// Has everything that it cannot work without.
    ready: bool,
    /// What was seen, in a few words.
    detail: String,
    /// Its parts, as it sees them.
    parts: BTreeMap<String, Status>,
    checked_at: DateTime<Utc>,
}

/// All parts of the platform.
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
}

impl From<&Part> for ComponentView {
    fn from(part: &Part) -> Self {
        Self {
            status: part.status,
            detail: part.detail.clone(),
            checked_at: part.checked_at,
        }
    }
}

impl From<&Sighting> for ServiceView {
    fn from(sighting: &Sighting) -> Self {
        let parts = sighting.parts().iter().map(|part| (part.name.clone(), part.status));
        Self {
            status: sighting.status(),
            reachable: sighting.alive.is_ok(),
            ready: sighting.is_ready(),
            detail: sighting.detail(),
            parts: parts.collect(),
            checked_at: sighting.seen_at,
        }
    }
}

impl From<&Platform> for Components {
    fn from(platform: &Platform) -> Self {
        let unseen = || ComponentView {
            status: Status::Unhealthy,
            detail: "was not looked at".to_owned(),
            checked_at: platform.checked_at,
        };
        let integrations = Integration::all(platform);
        let integration = |name: &str| {
            let found = integrations.iter().find(|integration| integration.name == name);
            found.map_or_else(unseen, |integration| ComponentView {
                status: integration.status,
                detail: integration.detail.clone(),
                checked_at: integration.last_checked_at,
            })
        };
        let service = |service| {
            platform.sighting(service).map_or_else(
                || ServiceView {
                    status: Status::Unhealthy,
                    reachable: false,
                    ready: false,
                    detail: unseen().detail,
                    parts: BTreeMap::new(),
                    checked_at: platform.checked_at,
                },
                ServiceView::from,
            )
        };
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
            auth: service(Service::Auth),
            billing: service(Service::Billing),
            ehr_proxy: service(Service::EhrProxy),
            eligibility: service(Service::Eligibility),
            audit: service(Service::Audit),
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

/// The platform in one word. Always 200 while the console answers.
#[utoipa::path(tag = "health", security(()), responses((status = 200, description = "In one word", body = Basic)))]
#[get("")]
pub async fn basic(state: Data<AppState>) -> HttpResponse {
    basic_at_slash(state).await
}

/// The same at `/api/v1/health/`.
pub async fn basic_at_slash(state: Data<AppState>) -> HttpResponse {
    let status = survey_platform(&state).await.status();
    HttpResponse::Ok().json(Basic { status })
}

/// Every component, every breaker, and what it means for care. Always 200: the body tells.
#[utoipa::path(tag = "health", security(()), responses((status = 200, description = "Everything; read `status`", body = Detailed)))]
#[get("/detailed")]
pub async fn detailed(state: Data<AppState>) -> HttpResponse {
    let machine = state.machine.clone();
    let figures = tokio::task::spawn_blocking(move || machine.figures());
    let platform = survey_platform(&state).await;
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

/// Whether a visit can be carried through.
#[utoipa::path(tag = "health", security(()), responses(
    (status = 200, description = "It can, though perhaps with loss", body = Basic),
    (status = 503, description = "It cannot", body = Basic),
))]
#[get("/readiness")]
pub async fn readiness(state: Data<AppState>) -> HttpResponse {
    let status = survey_platform(&state).await.status();
    match status {
        Status::Unhealthy => HttpResponse::ServiceUnavailable().json(Basic { status }),
        Status::Healthy | Status::Degraded => HttpResponse::Ok().json(Basic { status }),
    }
}
