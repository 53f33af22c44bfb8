//! CapabilityStatement: what a server of ours can do.

use crate::search::SearchParameter;
use serde_json::{Value, json};

/// What a server can do.
#[derive(Debug)]
pub struct CapabilityStatement<'a> {
    /// Name and version of the program.
    pub software: (&'a str, &'a str),
    /// What the server offers, in one sentence.
    pub description: &'a str,
    /// Its address.
    pub url: &'a str,
    /// When this statement last changed, `YYYY-MM-DD`.
    pub date: &'a str,
    /// The profile or integration that it implements.
    pub documentation: &'a str,
    /// Its resource types.
    pub resources: Vec<ResourceCapability<'a>>,
}

/// What can be done with one resource type.
#[derive(Debug)]
pub struct ResourceCapability<'a> {
    /// The resource type.
    pub resource_type: &'a str,
    /// URLs of the profiles that its resources may meet.
    pub profiles: Vec<String>,
    /// Codes of `TypeRestfulInteraction`, such as `read`.
    pub interactions: &'a [&'a str],
    /// The search parameters.
    pub parameters: &'a [SearchParameter],
}

impl CapabilityStatement<'_> {
    /// The resource. Callers authorize by OAuth bearer tokens.
    pub fn to_json(&self) -> Value {
        let oauth =
            json!({ "system": "http://terminology.hl7.org/CodeSystem/restful-security-service", "code": "OAuth" });
        let resources: Vec<Value> = self.resources.iter().map(ResourceCapability::to_json).collect();
        json!({
            "resourceType": "CapabilityStatement",
            "status": "active",
            "date": self.date,
            "kind": "instance",
            "software": { "name": self.software.0, "version": self.software.1 },
            "implementation": { "description": self.description, "url": self.url },
            "fhirVersion": "4.0.1",
            "format": ["json"],
            "rest": [{
                "mode": "server",
                "documentation": self.documentation,
                "security": { "service": [{ "coding": [oauth] }] },
                "resource": resources,
            }],
        })
    }
}

impl ResourceCapability<'_> {
    fn to_json(&self) -> Value {
        let parameters = self
            .parameters
            .iter()
            .map(|parameter| json!({ "name": parameter.name, "type": parameter.kind.as_str() }));
        let interactions = self.interactions.iter().map(|code| json!({ "code": code }));
        let mut resource = json!({
            "type": self.resource_type,
            "interaction": interactions.collect::<Vec<_>>(),
            "versioning": "no-version",
        });
        // R4 has no empty arrays.
        if !self.profiles.is_empty() {
            resource["supportedProfile"] = json!(self.profiles);
        }
        if !self.parameters.is_empty() {
            resource["searchParam"] = parameters.collect();
        }
        resource
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::ParameterKind;

    #[test]
    fn a_resource_states_interactions_profiles_and_parameters() {
        let statement = CapabilityStatement {
            software: ("a server", "1"),
            description: "A log.",
            url: "https://host/fhir",
            date: "2026-11-22",
            documentation: "ITI-81",
            resources: vec![ResourceCapability {
                resource_type: "AuditEvent",
                profiles: Vec::new(),
                interactions: &["read", "search-type"],
                parameters: &[SearchParameter {
                    name: "date",
                    kind: ParameterKind::Date,
                }],
            }],
        };
        let json = statement.to_json();
        let resource = &json["rest"][0]["resource"][0];
        assert_eq!(resource["interaction"][1]["code"], "search-type");
        assert_eq!(resource["searchParam"], json!([{ "name": "date", "type": "date" }]));
        assert!(resource.get("supportedProfile").is_none());
        assert_eq!(json["implementation"]["url"], "https://host/fhir");
    }
}
