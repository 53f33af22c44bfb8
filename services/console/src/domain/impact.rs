//! What an outage means for care.

use super::{Integration, Platform, Service, Sighting, Status};
use serde::Serialize;

/// How much care suffers; a later one is worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImpactLevel {
    /// A visit goes on as usual.
    None,
    /// A visit ends, with something missing, older or later.
    Degraded,
    /// A visit cannot be carried through: no sign-in, no chart, or nothing can be stored.
    Severe,
}

/// The level, and what a visit can and cannot do now.
#[derive(Debug, Clone)]
pub struct Impact {
    /// How much.
    pub level: ImpactLevel,
    /// In words.
    pub summary: String,
}

/// What cannot be done now: whether it is so, how much that is, and the words for it.
type Loss = (bool, ImpactLevel, &'static str);

/// What a visit does, by the capability that it needs.
const DOINGS: [(&str, &str); 4] = [
    ("provider_authentication", "sign-in"),
    ("eligibility_verification", "live coverage checks"),
    ("payment_processing", "payments"),
    ("patient_records", "charts"),
];

impl Impact {
    /// Judges the platform as it was seen.
    pub fn of(platform: &Platform, integrations: &[Integration]) -> Self {
        let losses: Vec<_> = losses(platform, integrations)
            .into_iter()
            .filter(|(lost, ..)| *lost)
            .collect();
        let Some(level) = losses.iter().map(|(_, level, _)| *level).max() else {
            return Self {
                level: ImpactLevel::None,
                summary: "A visit goes on as usual.".to_owned(),
            };
        };
        let mut sentences: Vec<_> = losses.into_iter().map(|(.., words)| words.to_owned()).collect();
        let database = platform.servers.database.status != Status::Unhealthy;
        let goes_on: Vec<_> = DOINGS
            .into_iter()
            .filter(|(capability, _)| database && is_able(integrations, capability))
            .map(|(_, words)| words)
            .collect();
        if !goes_on.is_empty() {
            sentences.push(format!("As usual: {}.", goes_on.join(", ")));
        }
        Self {
            level,
            summary: sentences.join(" "),
        }
    }
}

fn is_able(integrations: &[Integration], capability: &str) -> bool {
    integrations
        .iter()
        .any(|integration| integration.capability == capability && integration.is_able())
}

fn losses(platform: &Platform, integrations: &[Integration]) -> [Loss; 9] {
    use ImpactLevel::{Degraded, Severe};
    let able = |capability| is_able(integrations, capability);
    let ready = |service| platform.sighting(service).is_some_and(Sighting::is_ready);
    let (billing, eligibility) = (ready(Service::Billing), ready(Service::Eligibility));
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
            "Nobody can sign in; who is signed in goes on until the token runs out.",
        ),
        (!able("patient_records"), Severe, "Charts cannot be read or documented."),
        (!eligibility, Degraded, "Coverage cannot be checked."),
        (
            eligibility && !able("eligibility_verification"),
            Degraded,
            "Coverage is told from the last good answer, labelled with its age.",
        ),
        (!billing, Degraded, "Payments cannot be taken."),
        (
            billing && !able("payment_processing"),
            Degraded,
            "Payments are taken as pending and charged once when Stripe is back.",
        ),
        (
            !ready(Service::Audit),
            Degraded,
            "The audit log cannot be read; what happens waits to be logged and is not lost.",
        ),
        (
            servers.broker.status == Status::Unhealthy,
            Degraded,
            "Events wait in the database until the broker is back; none is lost.",
        ),
    ]
}
