//! What the log can do as a FHIR server.

use crate::domain::fhir_search::GRAMMAR;
use mc_balp::{Kind, Verb};
use mc_fhir::{CapabilityStatement, ResourceCapability};
use serde_json::Value;
use std::collections::BTreeSet;

/// The CapabilityStatement of the server at `base`.
pub fn capabilities(base: &str) -> Value {
    let verbs = [Verb::Create, Verb::Read, Verb::Update, Verb::Delete, Verb::Search];
    let kinds = verbs
        .map(Kind::Rest)
        .into_iter()
        .chain([Kind::AccessToken, Kind::ConsentDecision, Kind::Disclosure]);
    let profiles: BTreeSet<String> = kinds
        .flat_map(|kind| [kind.profile(false), kind.profile(true)])
        .flatten()
        .collect();
    let statement = CapabilityStatement {
        software: ("MedConnect audit", env!("CARGO_PKG_VERSION")),
        description: "The audit log of an organisation, as AuditEvents",
        url: base,
        date: "2026-11-22",
        documentation: "IHE ATNA Retrieve Audit Event (ITI-81). AuditEvents are never made, changed or deleted here: they come from the log.",
        resources: vec![ResourceCapability {
            resource_type: "AuditEvent",
            profiles: profiles.into_iter().collect(),
            interactions: &["read", "search-type"],
            parameters: GRAMMAR.parameters,
        }],
    };
    statement.to_json()
}
