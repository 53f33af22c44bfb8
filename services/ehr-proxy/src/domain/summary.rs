//! A chart as returned by the EHR, and the part of it that a reader may see.

use super::Allowed;
use mc_fhir::{BundleKind, FhirError, OperationOutcome, Resource, Severity, is_allowed, project, write_bundle};
use std::collections::BTreeSet;

/// Members that every resource keeps and that disclose nothing.
const CARRIERS: [&str; 5] = ["resourceType", "id", "meta", "language", "implicitRules"];

/// A chart as returned by the EHR.
#[derive(Debug)]
pub struct Chart {
    /// The patient.
    pub patient: Resource,
    /// The other resources, in the requested order.
    pub others: Vec<Resource>,
    /// Resource types of which the EHR may have more than it returned.
    pub incomplete: Vec<&'static str>,
}

/// The part of a chart that a reader may see.
#[derive(Debug)]
pub struct Summary {
    resources: Vec<Resource>,
    incomplete: Vec<&'static str>,
}

impl Summary {
    /// Keeps only what `sees` allows.
    ///
    /// # Errors
    /// [`FhirError`] if a resource is not valid R4.
    pub fn of(chart: &Chart, sees: &[Allowed]) -> Result<Self, FhirError> {
        let mut resources = Vec::new();
        for resource in std::iter::once(&chart.patient).chain(&chart.others) {
            // Types that the table does not list (an included Practitioner, for example) are left
            // out.
            if let Some(allowed) = sees.iter().find(|a| a.resource_type == resource.resource_type()) {
                resources.push(project(resource, allowed.members)?);
            }
        }
        Ok(Self {
            resources,
            incomplete: chart.incomplete.clone(),
        })
    }

    /// What is disclosed, as `Type.member`, for the audit log.
    pub fn elements(&self) -> BTreeSet<String> {
        let members = self.resources.iter().flat_map(|resource| {
            let shown = resource
                .members()
                .keys()
                .filter(|name| !CARRIERS.contains(&name.as_str()));
            shown.map(|name| format!("{}.{}", resource.resource_type(), name.trim_start_matches('_')))
        });
        members.collect()
    }

    /// Whether `sees` allows every disclosed member: the minimum necessary for the reader. A
    /// modifier extension is always shown, since it changes the meaning of what it modifies.
    pub fn is_within(&self, sees: &[Allowed]) -> bool {
        self.resources.iter().all(|resource| {
            let allowed = sees.iter().find(|a| a.resource_type == resource.resource_type());
            let mut names = resource.members().keys().map(String::as_str);
            allowed.is_some_and(|allowed| {
                names.all(|name| {
                    CARRIERS.contains(&name) || name == "modifierExtension" || is_allowed(name, allowed.members)
                })
            })
        })
    }

    /// Number of disclosed resources.
    pub fn count(&self) -> usize {
        self.resources.len()
    }

    /// A collection Bundle; `base` is the EHR's base URL without a trailing slash.
    ///
    /// # Errors
    /// [`FhirError`] if a resource cannot be read.
    pub fn to_bundle(&self, base: &str) -> Result<String, FhirError> {
        let mut resources = self.resources.clone();
        for resource_type in &self.incomplete {
            let text = format!("The EHR may have more {resource_type} resources than are shown here.");
            let outcome = OperationOutcome::new(Severity::Warning, "incomplete", text).to_json();
            resources.push(Resource::parse(outcome.as_bytes())?);
        }
        Ok(write_bundle(BundleKind::Collection, &resources, Some(base)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Purpose, allowed};
    use mc_vocabulary::Role;

    fn chart() -> Chart {
        let parse = |text: &str| Resource::parse(text.as_bytes()).unwrap();
        Chart {
            patient: parse(
                r#"{"resourceType":"Patient","id":"p1","name":[{"family":"Doe"}],"telecom":[{"value":"1"}],"birthDate":"1990-01-01"}"#,
            ),
            others: vec![
                parse(r#"{"resourceType":"Practitioner","id":"d1","name":[{"family":"House"}]}"#),
                parse(
                    r#"{"resourceType":"AllergyIntolerance","id":"a1","code":{"text":"nuts"},"recorder":{"reference":"x"}}"#,
                ),
            ],
            incomplete: vec!["Condition"],
        }
    }

    #[test]
    fn only_what_the_table_names_is_shown_and_recorded() {
        let summary = Summary::of(&chart(), allowed(Role::Doctor, Purpose::Treatment).unwrap()).unwrap();
        let bundle = summary.to_bundle("https://ehr.test/r4").unwrap();
        assert!(bundle.contains(r#""fullUrl":"https://ehr.test/r4/AllergyIntolerance/a1""#));
        assert!(!bundle.contains("telecom") && !bundle.contains("House") && !bundle.contains("recorder"));
        assert!(bundle.contains("more Condition resources"));
        let elements: Vec<_> = summary.elements().into_iter().collect();
        assert_eq!(
            elements,
            ["AllergyIntolerance.code", "Patient.birthDate", "Patient.name"]
        );
        assert_eq!(summary.count(), 2);
        assert!(summary.is_within(allowed(Role::Doctor, Purpose::Treatment).unwrap()));
        assert!(!summary.is_within(allowed(Role::Admin, Purpose::Operations).unwrap()));
    }

    #[test]
    fn a_reader_of_identity_gets_no_clinical_resource() {
        let summary = Summary::of(&chart(), allowed(Role::Admin, Purpose::Operations).unwrap()).unwrap();
        assert_eq!(summary.count(), 1);
    }
}
