//! The charts of the EHR, made for each patient from the templates in `charts/`.

use super::fixtures::{ORGANIZATIONS, TestOrganization, TestPatient};
use mc_fhir::{FhirError, Resource};
use serde_json::value::RawValue;

/// Template of every patient's demographics, coverage and encounter.
const IDENTITY: &str = include_str!("../../charts/identity.json");
/// Templates of clinical content, assigned in turn.
const CLINICAL: [&str; 3] = [
    include_str!("../../charts/diabetes.json"),
    include_str!("../../charts/asthma.json"),
    include_str!("../../charts/knee.json"),
];

/// A resource as it is stored at the first start.
#[derive(Debug)]
pub struct SeedResource {
    pub organization: String,
    /// FHIR type.
    pub resource_type: String,
    /// Logical id.
    pub id: String,
    /// The patient whose chart it belongs to.
    pub patient_id: String,
    /// JSON text; decimals as written in the template.
    pub body: String,
}

/// A template cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    /// Not a JSON list.
    #[error("a chart template is not a JSON list: {0}")]
    Json(#[from] serde_json::Error),
    /// Not a FHIR resource.
    #[error("a chart template holds an entry that is not a resource: {0}")]
    Resource(#[from] FhirError),
}

/// Every resource of every chart.
///
/// # Errors
/// [`ChartError`], which a test rules out.
pub fn seeds() -> Result<Vec<SeedResource>, ChartError> {
    let mut seeds = Vec::new();
    for organization in ORGANIZATIONS {
        for (patient, clinical) in organization.patients.iter().zip(CLINICAL.iter().cycle()) {
            for template in [IDENTITY, clinical] {
                write_resources(&mut seeds, organization, patient, template)?;
            }
        }
    }
    Ok(seeds)
}

fn write_resources(
    seeds: &mut Vec<SeedResource>,
    organization: &TestOrganization,
    patient: &TestPatient,
    template: &str,
) -> Result<(), ChartError> {
    let text = fill(template, organization, patient);
    for raw in serde_json::from_str::<Vec<Box<RawValue>>>(&text)? {
        let resource = Resource::parse(raw.get().as_bytes())?;
        seeds.push(SeedResource {
            organization: organization.slug.to_owned(),
            resource_type: resource.resource_type().to_owned(),
            id: resource.id().ok_or(FhirError::ResourceType)?,
            patient_id: patient.patient_id.to_owned(),
            body: resource.to_json(),
        });
    }
    Ok(())
}

fn fill(template: &str, organization: &TestOrganization, patient: &TestPatient) -> String {
    let number = patient.patient_id.trim_start_matches(|c: char| !c.is_ascii_digit());
    [
        ("{{number}}", number),
        ("{{patient_id}}", patient.patient_id),
        ("{{encounter_id}}", patient.encounter_id),
        ("{{family}}", patient.family),
        ("{{given}}", patient.given),
        ("{{birth_date}}", patient.birth_date),
        ("{{gender}}", patient.gender),
        ("{{member_id}}", patient.member_id),
        ("{{clinic}}", organization.name),
        ("{{clinic_slug}}", organization.slug),
        ("{{npi}}", organization.npi),
    ]
    .into_iter()
    .fold(template.to_owned(), |text, (placeholder, value)| {
        text.replace(placeholder, value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_chart_has_all_resource_types() {
        let seeds = seeds().unwrap();
        for organization in ORGANIZATIONS {
            for patient in organization.patients {
                let own: Vec<_> = seeds
                    .iter()
                    .filter(|seed| seed.patient_id == patient.patient_id)
                    .collect();
                let types: BTreeSet<_> = own.iter().map(|seed| seed.resource_type.as_str()).collect();
                for wanted in [
                    "Patient",
                    "AllergyIntolerance",
                    "Condition",
                    "MedicationRequest",
                    "Observation",
                    "Encounter",
                    "Coverage",
                ] {
                    assert!(types.contains(wanted), "{wanted} of {}", patient.patient_id);
                }
                for (kind, id) in [("Patient", patient.patient_id), ("Encounter", patient.encounter_id)] {
                    assert!(own.iter().any(|seed| seed.resource_type == kind && seed.id == id));
                }
            }
        }
        let ids: BTreeSet<_> = seeds.iter().map(|seed| (&seed.resource_type, &seed.id)).collect();
        assert_eq!(ids.len(), seeds.len(), "ids are unique");
        assert!(
            seeds.iter().all(|seed| !seed.body.contains("{{")),
            "every placeholder is filled"
        );
        assert!(
            seeds.iter().any(|seed| seed.body.contains("72.50")),
            "decimals stay as written"
        );
        for seed in seeds.iter().filter(|seed| seed.resource_type == "Encounter") {
            let encounter = Resource::parse(seed.body.as_bytes()).unwrap();
            assert_eq!(
                crate::domain::encounter::check(&encounter, &seed.id, &seed.patient_id),
                Ok(())
            );
        }
    }
}
