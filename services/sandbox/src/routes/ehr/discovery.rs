//! The EHR's public metadata.

use super::{super::error_formats::FHIR_JSON, PublicUrl};
use actix_web::HttpResponse;
use serde_json::{Value, json};

/// Resource types that can be read and searched.
pub const READABLE: [&str; 7] = [
    "Patient",
    "AllergyIntolerance",
    "Condition",
    "MedicationRequest",
    "Observation",
    "Encounter",
    "Coverage",
];

/// `[base]/.well-known/smart-configuration`.
pub async fn smart_configuration(public: PublicUrl) -> HttpResponse {
    HttpResponse::Ok().json(json!({
        "token_endpoint": public.token_url(),
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS384", "ES384"],
        "scopes_supported": ["system/*.rs", "system/Encounter.rus"],
        "capabilities": ["client-confidential-asymmetric", "permission-v1", "permission-v2"],
    }))
}

/// `[base]/metadata`: the `CapabilityStatement`.
pub async fn metadata(public: PublicUrl) -> HttpResponse {
    let base = public.fhir_base();
    let statement = json!({
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-01-01",
        "kind": "instance",
        "software": { "name": "MedConnect sandbox EHR", "version": env!("CARGO_PKG_VERSION") },
        "implementation": { "description": "Test mode: synthetic patients only", "url": base },
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json"],
        "rest": [{
            "mode": "server",
            "security": { "service": [{ "coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/restful-security-service", "code": "SMART-on-FHIR" }] }] },
            "resource": READABLE.map(resource),
        }],
    });
    HttpResponse::Ok().content_type(FHIR_JSON).body(statement.to_string())
}

fn resource(resource_type: &str) -> Value {
    let mut interactions = vec![json!({ "code": "read" }), json!({ "code": "search-type" })];
    if resource_type == "Encounter" {
        interactions.push(json!({ "code": "update" }));
    }
    let parameter = if resource_type == "Patient" {
        ("_id", "token")
    } else {
        ("patient", "reference")
    };
    json!({
        "type": resource_type,
        "interaction": interactions,
        "versioning": "versioned-update",
        "updateCreate": false,
        "searchParam": [{ "name": parameter.0, "type": parameter.1 }],
    })
}
