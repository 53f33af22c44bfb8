//! What an outage means for care.

use super::{Integration, Platform, Service, Status};
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

impl Impact {
    /// Judges the platform as it was seen.
    pub fn of(platform: &Platform, integrations: &[Integration]) -> Self {
        let able = |capability: &str| integrations.iter().any(|i| i.capability == capability && i.is_able());
        let ready = |service: Service| platform.sighting(service).is_some_and(super::Sighting::is_ready);
        let well = |status: Status| status != Status::Unhealthy;
        let mut losses: Vec<(ImpactLevel, &str)> = Vec::new();
        let mut lost = |fails: bool, level, words| {
            if fails {
                losses.push((level, words));
            }
        };
        use ImpactLevel::{Degraded, Severe};
        let database = well(platform.servers.database.status);
        lost(
            !database,
            Severe,
            "Nothing can be stored, so nearly every request is refused.",
        );
        lost(
            !able("provider_authentication"),
            Severe,
            "Nobody can sign in; who is signed in goes on until the token runs out.",
        );
        lost(!able("patient_records"), Severe, "Charts cannot be read or documented.");
        let eligibility = ready(Service::Eligibility);
        lost(!eligibility, Degraded, "Coverage cannot be checked.");
        lost(
            eligibility && !able("eligibility_verification"),
            Degraded,
            "Coverage is told from the last good answer, labelled with its age.",
        );
        let billing = ready(Service::Billing);
        lost(!billing, Degraded, "Payments cannot be taken.");
        lost(
            billing && !able("payment_processing"),
            Degraded,
            "Payments are taken as pending and charged once when Stripe is back.",
        );
        lost(
            !ready(Service::Audit),
            Degraded,
            "The audit log cannot be read; what happens waits to be logged and is not lost.",
        );
        lost(
            !well(platform.servers.broker.status),
            Degraded,
            "Events wait in the database until the broker is back; none is lost.",
        );
        let level = losses
            .iter()
            .map(|(level, _)| *level)
            .max()
            .unwrap_or(ImpactLevel::None);
        let words: Vec<_> = losses.into_iter().map(|(_, words)| words).collect();
        let mut summary = if words.is_empty() {
            "A visit goes on as usual.".to_owned()
        } else {
            words.join(" ")
        };
        let goes_on: Vec<_> = [
            ("provider_authentication", "sign-in"),
            ("eligibility_verification", "live coverage checks"),
            ("payment_processing", "payments"),
            ("patient_records", "charts"),
        ]
        .into_iter()
        .filter(|(capability, _)| database && able(capability))
        .map(|(_, words)| words)
        .collect();
        if level != ImpactLevel::None && !goes_on.is_empty() {
            summary.push_str(&format!(" As usual: {}.", goes_on.join(", ")));
        }
        Self { level, summary }
    }
}
