//! Facts to write AuditEvents from.

use mc_balp::{Actor, Facts, Kind, Outcome, Recipient, Subject, Verb};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::LazyLock};

pub const KINDS: &[Kind] = &[
    Kind::Rest(Verb::Create),
    Kind::Rest(Verb::Read),
    Kind::Rest(Verb::Update),
    Kind::Rest(Verb::Delete),
    Kind::Rest(Verb::Search),
    Kind::Login,
    Kind::Logout,
    Kind::SessionKept,
    Kind::AccessToken,
    Kind::UserSecurityChanged,
    Kind::SecurityConfiguration,
    Kind::RestrictedFunction,
    Kind::EmergencyOverride,
    Kind::EmergencyOverrideEnded,
    Kind::ConsentDecision,
    Kind::AuditLogUsed,
    Kind::Export,
    Kind::Import,
    Kind::Disclosure,
    Kind::Other,
];

static ROLES: LazyLock<Vec<String>> = LazyLock::new(|| vec!["doctor".to_owned()]);
static DETAILS: LazyLock<BTreeMap<String, Value>> = LazyLock::new(|| {
    let details = [
        ("phi_elements_accessed", json!(["demographics"])),
        ("took_ms", json!(12)),
    ];
    details.map(|(name, value)| (name.to_owned(), value)).into()
});

pub fn doctor() -> Actor<'static> {
    Actor::Person {
        id: "01936d00-0000-7000-8000-000000000002",
        roles: &ROLES,
        device: Some("clinic_workstation"),
    }
}

/// Everything known, and all went well.
pub fn full(kind: Kind) -> Facts<'static> {
    Facts {
        id: "01936d00-0000-7000-8000-000000000001",
        kind,
        action: "ehr.something.done",
        interaction: 'E',
        recorded: "2026-11-22T08:00:00.000Z",
        logged: Some("2026-11-22T08:00:00.250Z"),
        outcome: Outcome::Success,
        reason: None,
        actor: doctor(),
        client_address: Some("192.0.2.1"),
        service: "ehr",
        organization: Some("01936d00-0000-7000-8000-000000000009"),
        patient: Some("pt_0123456789abcdef"),
        subject: Some(Subject {
            kind: "Encounter",
            id: "enc-1",
        }),
        query: Some("GET /events?patient=pt_0123456789abcdef&sort=-time"),
        consent: Some("01936d00-0000-7000-8000-000000000005"),
        recipient: Some(Recipient {
            name: "County health department",
            address: Some("reports@health.example"),
        }),
        trace_id: "0af7651916cd43dd8448eb211c80319c",
        purpose: Some("TREAT"),
        justification: Some("scheduled_appointment"),
        emergency: false,
        details: &DETAILS,
    }
}
