//! What an outage means for care.

use super::{Integration, Platform, ServiceStatus, Status, service};
use serde::Serialize;

/// The impact on care; a later variant is worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImpactLevel {
    /// Visits proceed as usual.
    None,
    /// Visits can be completed, with something missing, outdated or delayed.
    Degraded,
    /// Visits cannot be completed: no sign-in, no chart, or nothing can be stored.
    Severe,
}

/// The level, and which steps of a visit work now.
#[derive(Debug, Clone)]
pub struct Impact {
    pub level: ImpactLevel,
    /// As sentences.
    pub summary: String,
}

/// Something that may not work: whether it is lost, its impact, and the sentence for it.
type Loss = (bool, ImpactLevel, &'static str);

/// The steps of a visit, by the capability that each needs.
const VISIT_STEPS: [(&str, &str); 4] = [
    ("provider_authentication", "sign-in"),
    ("eligibility_verification", "live coverage checks"),
    ("payment_processing", "payments"),
    ("patient_records", "charts"),
];

impl Impact {
    /// The impact of the platform's state.
    pub fn of(platform: &Platform, integrations: &[Integration]) -> Self {
        let losses: Vec<_> = losses(platform, integrations)
            .into_iter()
            .filter(|(lost, ..)| *lost)
            .collect();
        let Some(level) = losses.iter().map(|(_, level, _)| *level).max() else {
            return Self {
                level: ImpactLevel::None,
                summary: "Visits proceed as usual.".to_owned(),
            };
        };
        let mut sentences: Vec<_> = losses.into_iter().map(|(.., sentence)| sentence.to_owned()).collect();
        let database = platform.servers.database.status != Status::Unhealthy;
        let unaffected: Vec<_> = VISIT_STEPS
            .into_iter()
            .filter(|(capability, _)| database && is_usable(integrations, capability))
            .map(|(_, step)| step)
            .collect();
        if !unaffected.is_empty() {
            sentences.push(format!("As usual: {}.", unaffected.join(", ")));
        }
        Self {
            level,
            summary: sentences.join(" "),
        }
    }
}

fn is_usable(integrations: &[Integration], capability: &str) -> bool {
    integrations
        .iter()
        .any(|integration| integration.capability == capability && integration.is_usable())
}

fn losses(platform: &Platform, integrations: &[Integration]) -> [Loss; 9] {
    use ImpactLevel::{Degraded, Severe};
    let able = |capability| is_usable(integrations, capability);
    let ready = |name| platform.service_status(name).is_some_and(ServiceStatus::is_ready);
    let (billing, eligibility) = (ready(service::BILLING), ready(service::ELIGIBILITY));
    let servers = &platform.servers;
    [
        (
            servers.database.status == Status::Unhealthy,
            Severe,
            "Nothing can be stored, so nearly every request is refused.",
        ),
        (
            !able("provider_authentication"),
            Severe,
            "No one can sign in; signed-in users can work until their token expires.",
        ),
        (!able("patient_records"), Severe, "Charts cannot be read or documented."),
        (!eligibility, Degraded, "Coverage cannot be checked."),
        (
            eligibility && !able("eligibility_verification"),
            Degraded,
            "Coverage is answered from the last good verification, labelled with its age.",
        ),
        (!billing, Degraded, "Payments cannot be taken."),
        (
            billing && !able("payment_processing"),
            Degraded,
            "Payments are taken as pending and charged once when Stripe is back.",
        ),
        (
            !ready(service::AUDIT),
            Degraded,
            "The audit log cannot be read; records wait to be stored and are not lost.",
        ),
        (
            servers.broker.status == Status::Unhealthy,
            Degraded,
            "Events wait in the database until the broker is back; none is lost.",
        ),
    ]
}
