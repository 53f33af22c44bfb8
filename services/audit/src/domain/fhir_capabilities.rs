//! What the log's FHIR face can do.

use super::fhir_search::PARAMETERS;
use mc_fhir::audit_event::{Kind, Verb};
use serde_json::{Value, json};
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
    let parameters = PARAMETERS
        .iter()
        .map(|(name, kind)| json!({ "name": name, "type": kind }));
    json!({
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-11-22",
        "kind": "instance",
        "software": { "name": "MedConnect audit", "version": env!("CARGO_PKG_VERSION") },
        "implementation": { "description": "The audit log of an organisation, as AuditEvents", "url": base },
        "fhirVersion": "4.0.1",
        "format": ["json"],
        "rest": [{
            "mode": "server",
            "documentation": "IHE ATNA Retrieve Audit Event (ITI-81). AuditEvents are never made, changed or deleted here: they come from the log.",
            "security": { "service": [{ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/restful-security-service", "code": "OAuth" }] }] },
            "resource": [{
                "type": "AuditEvent",
                "supportedProfile": profiles,
                "interaction": [{ "code": "read" }, { "code": "search-type" }],
                "versioning": "no-version",
                "searchParam": parameters.collect::<Vec<_>>(),
            }],
        }],
    })
}
