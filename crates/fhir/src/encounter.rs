//! Writing a visit's documentation into its Encounter.

use std::fmt;

use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use crate::error::FhirError;
use crate::ids::valid_id;
use crate::resource::{Resource, raw};

/// Marks the `reasonCode` that is ours (`valueBoolean` true), so that the next edit replaces it and
/// no other.
pub const DIAGNOSIS_URL: &str = "https://medconnect.dev/fhir/StructureDefinition/encounter-diagnosis";
/// Extension with the treatment plan (`valueString`).
pub const TREATMENT_PLAN_URL: &str = "https://medconnect.dev/fhir/StructureDefinition/encounter-treatment-plan";
/// Extension with the follow-up (`valueString`).
pub const FOLLOW_UP_URL: &str = "https://medconnect.dev/fhir/StructureDefinition/encounter-follow-up";

/// What the clinician wrote; a field that is `None` leaves the Encounter as it is. Debug shows
/// nothing of it.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Documentation {
    pub diagnosis: Option<String>,
    pub treatment_plan: Option<String>,
    pub follow_up: Option<String>,
}

impl fmt::Debug for Documentation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Documentation([phi])")
    }
}

/// Puts the documentation into an Encounter: the diagnosis as a `reasonCode` with text, plan and
/// follow-up as extensions. An earlier one of ours is replaced; reasons and extensions of others
/// keep their exact text. Applying twice is the same as once.
///
/// # Errors
/// [`FhirError::WrongType`] unless it is an Encounter; [`FhirError::Member`] when `reasonCode` or
/// `extension` is no array. The resource is unchanged then.
pub fn apply_documentation(encounter: &mut Resource, documentation: &Documentation) -> Result<(), FhirError> {
    if encounter.resource_type() != "Encounter" {
        return Err(FhirError::WrongType { expected: "Encounter" });
    }
    let mut reasons: Vec<Box<RawValue>> = encounter.get("reasonCode")?.unwrap_or_default();
    let mut extensions: Vec<Box<RawValue>> = encounter.get("extension")?.unwrap_or_default();
    if let Some(text) = &documentation.diagnosis {
        let ours = json!({ "extension": [{ "url": DIAGNOSIS_URL, "valueBoolean": true }], "text": text });
        put(&mut reasons, raw("reasonCode", &ours)?, is_our_reason);
        encounter.set("reasonCode", &reasons)?;
    }
    let texts = [
        (TREATMENT_PLAN_URL, &documentation.treatment_plan),
        (FOLLOW_UP_URL, &documentation.follow_up),
    ];
    for (url, text) in texts {
        let Some(text) = text else { continue };
        let ours = raw("extension", &json!({ "url": url, "valueString": text }))?;
        put(&mut extensions, ours, |entry| has_url(entry, url));
        encounter.set("extension", &extensions)?;
    }
    Ok(())
}

/// The patient of a resource, from a relative `subject.reference` `Patient/{id}`. An absolute
/// reference may be of another server, whose ids are not ours: none.
pub fn subject_patient_id(resource: &Resource) -> Option<String> {
    let subject: Reference = resource.get("subject").ok()??;
    let reference = subject.reference?;
    let path = reference.strip_prefix("Patient/")?;
    let id = path.split_once("/_history/").map_or(path, |(id, _)| id);
    valid_id(id).then(|| id.to_owned())
}

#[derive(Deserialize)]
struct Reference {
    reference: Option<String>,
}

/// Replaces the first that matches, drops the others that match, or appends.
fn put(entries: &mut Vec<Box<RawValue>>, new: Box<RawValue>, matches: impl Fn(&RawValue) -> bool) {
    let at = entries.iter().position(|entry| matches(entry)).unwrap_or(entries.len());
    entries.retain(|entry| !matches(entry));
    entries.insert(at.min(entries.len()), new);
}

#[derive(Deserialize)]
struct Extension {
    url: Option<String>,
}

fn has_url(entry: &RawValue, url: &str) -> bool {
    serde_json::from_str::<Extension>(entry.get()).is_ok_and(|e| e.url.as_deref() == Some(url))
}

fn is_our_reason(entry: &RawValue) -> bool {
    #[derive(Deserialize)]
    struct Reason {
        #[serde(default)]
        extension: Vec<Extension>,
    }
    serde_json::from_str::<Reason>(entry.get())
        .is_ok_and(|reason| reason.extension.iter().any(|e| e.url.as_deref() == Some(DIAGNOSIS_URL)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{"resourceType":"Encounter","id":"e1","extension":[{ "url":"http://other", "valueDecimal":1.50 }],"subject":{"reference":"Patient/p1"},"reasonCode":[{ "text":"cough" }],"length":{"value":30.0}}"#;

    fn documentation(diagnosis: &str) -> Documentation {
        let some = |text: &str| Some(text.to_owned());
        Documentation {
            diagnosis: some(diagnosis),
            treatment_plan: some("rest \"and\" fluids"),
            follow_up: some("2 weeks"),
        }
    }

    #[test]
    fn ours_is_replaced_and_others_keep_their_text() {
        let mut encounter = Resource::parse(TEXT.as_bytes()).unwrap();
        apply_documentation(&mut encounter, &documentation("flu")).unwrap();
        let once = encounter.to_json();
        assert!(once.contains(r#"[{ "url":"http://other", "valueDecimal":1.50 },{"url":"https://medconnect.dev/fhir/StructureDefinition/encounter-treatment-plan","valueString":"rest \"and\" fluids"},"#));
        assert!(once.contains(r#""reasonCode":[{ "text":"cough" },{"extension":[{"url":"https://medconnect.dev/fhir/StructureDefinition/encounter-diagnosis","valueBoolean":true}],"text":"flu"}]"#));
        assert!(once.contains(r#""length":{"value":30.0}"#));
        apply_documentation(&mut encounter, &documentation("flu")).unwrap();
        assert_eq!(encounter.to_json(), once);
        apply_documentation(&mut encounter, &documentation("influenza A")).unwrap();
        assert_eq!(encounter.to_json(), once.replace("\"flu\"", "\"influenza A\""));
    }

    #[test]
    fn an_absent_field_changes_nothing() {
        let mut encounter = Resource::parse(TEXT.as_bytes()).unwrap();
        apply_documentation(&mut encounter, &Documentation::default()).unwrap();
        assert_eq!(encounter.to_json(), TEXT);
    }

    #[test]
    fn wrong_shapes_leave_the_encounter_as_it_was() {
        let text = TEXT.replace(r#"[{ "text":"cough" }]"#, "{}");
        let mut encounter = Resource::parse(text.as_bytes()).unwrap();
        let error = apply_documentation(&mut encounter, &documentation("flu")).unwrap_err();
        assert!(matches!(error, FhirError::Member { ref member, .. } if member == "reasonCode"));
        assert_eq!(encounter.to_json(), text);
        let mut patient = Resource::new("Patient").unwrap();
        assert!(apply_documentation(&mut patient, &documentation("flu")).is_err());
    }

    #[test]
    fn the_subject_is_a_patient_of_this_server() {
        let subject = |reference: &str| {
            subject_patient_id(&Resource::parse(TEXT.replace("Patient/p1", reference).as_bytes()).unwrap())
        };
        assert_eq!(subject("Patient/p1").as_deref(), Some("p1"));
        assert_eq!(subject("Patient/p1/_history/2").as_deref(), Some("p1"));
        for wrong in [
            "Group/p1",
            "https://other.example/Patient/p1",
            "Patient/",
            "Patient/a/b",
            "#p1",
        ] {
            assert_eq!(subject(wrong), None, "{wrong}");
        }
        assert!(!format!("{:?}", documentation("flu")).contains("flu"));
    }
}
