//! What it was about: the request, the patient, the data, the query.

use crate::{Facts, Kind, Subject, Verb, code::Code, outcome};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

/// System of the pseudonyms that stand for patients.
pub const PSEUDONYM_SYSTEM: &str = "urn:medconnect:pseudonym:patient";

const ENTITY_TYPE: &str = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
const ROLE: &str = "http://terminology.hl7.org/CodeSystem/object-role";
const PERSON: Code = Code::new(ENTITY_TYPE, "1", "Person");
const SYSTEM_OBJECT: Code = Code::new(ENTITY_TYPE, "2", "System Object");
const PATIENT: Code = Code::new(ROLE, "1", "Patient");
const REPORT: Code = Code::new(ROLE, "3", "Report");
const DOMAIN_RESOURCE: Code = Code::new(ROLE, "4", "Domain Resource");
const SECURITY_USER: Code = Code::new(ROLE, "11", "Security User Entity");
const SECURITY_RESOURCE: Code = Code::new(ROLE, "13", "Security Resource");
const QUERY: Code = Code::new(ROLE, "24", "Query");
const REQUEST: Code = Code::new(
    "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType",
    "XrequestId",
    "transport specific unique identifier where http X-Request-Id is used",
);
const RESOURCE_TYPES: &str = "http://hl7.org/fhir/resource-types";
const CONSENT: Code = Code::new(RESOURCE_TYPES, "Consent", "Consent");
const OPERATION_OUTCOME: Code = Code::new(RESOURCE_TYPES, "OperationOutcome", "OperationOutcome");

/// Our things that carry the name of a FHIR resource.
const RESOURCES: &[&str] = &["AuditEvent", "Consent", "Coverage", "Encounter", "Patient"];

/// System of the ids of our things of one kind.
pub fn id_system(kind: &str) -> String {
    format!("urn:medconnect:{}", kind.to_ascii_lowercase())
}

/// A logical reference: none of our resources is read at the audit log's own FHIR address.
pub(crate) fn identified(kind: &str, id: &str) -> Value {
    let mut reference = json!({ "identifier": { "system": id_system(kind), "value": id } });
    if RESOURCES.contains(&kind) {
        reference["type"] = json!(kind);
    }
    reference
}

fn patient_reference(pseudonym: &str) -> Value {
    json!({ "type": "Patient", "identifier": { "system": PSEUDONYM_SYSTEM, "value": pseudonym } })
}

/// All entities.
pub(crate) fn entities(facts: &Facts<'_>) -> Vec<Value> {
    // These two profiles close the list.
    match facts.kind {
        Kind::AccessToken => return vec![token_request(facts)],
        Kind::ConsentDecision => return patient(facts).into_iter().chain(consent(facts)).collect(),
        _ => {}
    }
    let about = match facts.kind {
        Kind::Rest(Verb::Search) => query(facts),
        _ => facts.subject.map(|subject| data(facts, subject)),
    };
    let request = (!facts.trace_id.is_empty())
        .then(|| json!({ "type": REQUEST.coding(), "what": { "identifier": { "value": facts.trace_id } } }));
    let failed = (facts.outcome != crate::Outcome::Success).then(|| {
        let what = json!({ "reference": format!("#{}", outcome::CONTAINED) });
        json!({ "type": OPERATION_OUTCOME.coding(), "what": what })
    });
    about
        .into_iter()
        .chain(patient(facts))
        .chain(request)
        .chain(failed)
        .collect()
}

fn patient(facts: &Facts<'_>) -> Option<Value> {
    let what = patient_reference(facts.patient?);
    Some(json!({ "type": PERSON.coding(), "role": PATIENT.coding(), "what": what }))
}

fn consent(facts: &Facts<'_>) -> Option<Value> {
    Some(json!({ "type": CONSENT.coding(), "what": identified("Consent", facts.consent?) }))
}

fn data(facts: &Facts<'_>, subject: Subject<'_>) -> Value {
    let role = match (facts.kind, subject.kind) {
        (Kind::UserSecurityChanged | Kind::Login | Kind::Logout | Kind::SessionKept, _) => SECURITY_USER,
        (Kind::SecurityConfiguration | Kind::AuditLogUsed | Kind::RestrictedFunction, _) => SECURITY_RESOURCE,
        (_, "Report") => REPORT,
        _ => DOMAIN_RESOURCE,
    };
    let what = match subject.kind {
        "Patient" => patient_reference(subject.id),
        kind => identified(kind, subject.id),
    };
    let mut entity = json!({ "type": SYSTEM_OBJECT.coding(), "role": role.coding(), "what": what });
    let details: Vec<Value> = facts.details.iter().filter_map(detail).collect();
    if !details.is_empty() {
        entity["detail"] = Value::Array(details);
    }
    entity
}

/// R4 has two types of detail; a string holds what is no string as JSON.
fn detail((name, value): (&String, &Value)) -> Option<Value> {
    let text = match value {
        Value::Null => return None,
        Value::String(text) if text.is_empty() => return None,
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    Some(json!({ "type": name, "valueString": text }))
}

/// The request as it was made, in base64. BALP allows neither a result nor details with it.
fn query(facts: &Facts<'_>) -> Option<Value> {
    let request = facts.query?;
    let coded = BASE64_STANDARD.encode(request);
    Some(json!({ "type": SYSTEM_OBJECT.coding(), "role": QUERY.coding(), "query": coded, "description": request }))
}

/// The request for a token, without what proves the caller.
fn token_request(facts: &Facts<'_>) -> Value {
    let request = facts.query.unwrap_or("grant_type=client_credentials");
    json!({ "type": SYSTEM_OBJECT.coding(), "role": QUERY.coding(), "query": BASE64_STANDARD.encode(request) })
}
