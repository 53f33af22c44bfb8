//! Whether an update of an Encounter is valid R4.

use mc_fhir::{Resource, subject_patient_id};
use serde_json::Value;

/// `Encounter.status` (R4 value set `encounter-status`).
const STATUSES: &[&str] = &[
    "planned",
    "arrived",
    "triaged",
    "in-progress",
    "onleave",
    "finished",
    "cancelled",
    "entered-in-error",
    "unknown",
];

/// An invalid element: `FHIRPath` and reason.
pub type InvalidElement = (&'static str, &'static str);

/// Checks `encounter` as an update of the one with `id` in the chart of `patient_id`.
///
/// # Errors
/// The first invalid element.
pub fn check(encounter: &Resource, id: &str, patient_id: &str) -> Result<(), InvalidElement> {
    if encounter.resource_type() != "Encounter" {
        return Err(("resourceType", "expected Encounter"));
    }
    if encounter.id().as_deref() != Some(id) {
        return Err(("Encounter.id", "expected the id of the URL"));
    }
    let status: Option<String> = encounter
        .get("status")
        .map_err(|_| ("Encounter.status", "expected a code"))?;
    if !status.is_some_and(|status| STATUSES.contains(&status.as_str())) {
        return Err(("Encounter.status", "expected a code of encounter-status"));
    }
    let class: Option<Value> = encounter
        .get("class")
        .map_err(|_| ("Encounter.class", "expected a Coding"))?;
    if !class.is_some_and(|class| class["code"].is_string()) {
        return Err(("Encounter.class", "expected a Coding with a code"));
    }
    if subject_patient_id(encounter).as_deref() != Some(patient_id) {
        return Err(("Encounter.subject", "the patient of an encounter does not change"));
    }
    for (member, expression) in [
        ("extension", "Encounter.extension"),
        ("identifier", "Encounter.identifier"),
        ("type", "Encounter.type"),
        ("participant", "Encounter.participant"),
        ("reasonCode", "Encounter.reasonCode"),
        ("diagnosis", "Encounter.diagnosis"),
        ("location", "Encounter.location"),
    ] {
        let value: Option<Value> = encounter.get(member).map_err(|_| (expression, "expected a list"))?;
        let is_list = value.is_none_or(|value| {
            value
                .as_array()
                .is_some_and(|entries| !entries.is_empty() && entries.iter().all(Value::is_object))
        });
        if !is_list {
            return Err((expression, "expected a list with at least one element"));
        }
    }
    let extensions: Vec<Value> = encounter.get("extension").ok().flatten().unwrap_or_default();
    if extensions.iter().any(|extension| !extension["url"].is_string()) {
        return Err(("Encounter.extension.url", "is required"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"resourceType":"Encounter","id":"e1","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/p1"}}"#;

    fn place(text: &str) -> Option<&'static str> {
        check(&Resource::parse(text.as_bytes()).unwrap(), "e1", "p1")
            .err()
            .map(|(place, _)| place)
    }

    #[test]
    fn a_wrong_element_is_named() {
        assert_eq!(place(GOOD), None);
        assert_eq!(place(&GOOD.replace("finished", "done")), Some("Encounter.status"));
        assert_eq!(
            place(&GOOD.replace("Patient/p1", "Patient/p2")),
            Some("Encounter.subject")
        );
        assert_eq!(
            place(&GOOD.replace("\"id\":\"e1\"", "\"id\":\"e2\"")),
            Some("Encounter.id")
        );
        assert_eq!(
            place(&GOOD.replace("\"class\"", "\"reasonCode\":[],\"class\"")),
            Some("Encounter.reasonCode")
        );
        assert_eq!(
            place(&GOOD.replace("\"class\"", "\"extension\":[{}],\"class\"")),
            Some("Encounter.extension.url")
        );
        assert_eq!(place(&GOOD.replace("Encounter\"", "Condition\"")), Some("resourceType"));
    }
}
