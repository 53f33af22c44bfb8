//! Keeps of a resource what a reader may see.

use serde_json::json;

use crate::error::FhirError;
use crate::resource::{Members, Resource, raw};

/// What stays in every projection: without them a resource is unknown, or its meaning may be
/// reversed.
const ALWAYS: [&str; 5] = ["resourceType", "id", "implicitRules", "language", "modifierExtension"];
/// What stays of `meta`: version, profile and security labels; never `source`, which may name a
/// system or person.
const META: [&str; 3] = ["versionId", "profile", "security"];

/// The resource with the allowed members only, each with its exact text, plus `resourceType`, `id`,
/// what may change the meaning, and a `meta` of version, profile, security labels and the tag
/// `SUBSETTED` (R4 search.html#elements).
///
/// An allowed name that ends in `[x]` stands for every type of that choice; `_name` goes with
/// `name`.
///
/// # Errors
/// [`FhirError::Member`] when `meta` is not an object.
pub fn project(resource: &Resource, allowed: &[&str]) -> Result<Resource, FhirError> {
    let mut kept = Members::new();
    for (name, text) in resource.members() {
        if name != "meta" && (ALWAYS.contains(&name.as_str()) || is_allowed(name, allowed)) {
            kept.insert(name.clone(), text.clone());
        }
    }
    let mut meta: Members = resource.get("meta")?.unwrap_or_default();
    meta.retain(|name, _| META.contains(&name.as_str()));
    let tag = json!([{ "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED" }]);
    meta.insert("tag".to_owned(), raw("meta", &tag)?);
    let after_id = kept.get_index_of("id").map_or(1, |at| at + 1).min(kept.len());
    kept.shift_insert(after_id, "meta".to_owned(), raw("meta", &meta)?);
    Resource::from_members(kept)
}

/// Whether a member of that name may be seen; `x[x]` in `allowed` stands for every type of the
/// choice.
pub fn is_allowed(name: &str, allowed: &[&str]) -> bool {
    let name = name.strip_prefix('_').unwrap_or(name);
    allowed.iter().any(|entry| match entry.strip_suffix("[x]") {
        None => *entry == name,
        Some(stem) => name
            .strip_prefix(stem)
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_allowed_stays() {
        let text = r#"{"resourceType":"Patient","id":"p1","meta":{"versionId":"2","source":"host","security":[{"code":"R"}]},
            "text":{"div":"x"},"identifier":[{"value":"s"}],"name":[{"family":"A" }],"_birthDate":{"extension":[]},"birthDate":"1950-01-01",
            "deceasedBoolean":false,"deceased":1,"telecom":[],"modifierExtension":[{"url":"u"}],"contained":[]}"#;
        let resource = Resource::parse(text.as_bytes()).unwrap();
        let seen = project(&resource, &["name", "birthDate", "deceased[x]"]).unwrap();
        assert_eq!(
            seen.to_json(),
            r#"{"resourceType":"Patient","id":"p1","meta":{"versionId":"2","security":[{"code":"R"}],"tag":[{"code":"SUBSETTED","system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue"}]},"name":[{"family":"A" }],"_birthDate":{"extension":[]},"birthDate":"1950-01-01","deceasedBoolean":false,"modifierExtension":[{"url":"u"}]}"#
        );
    }

    #[test]
    fn a_resource_without_meta_or_id_is_still_marked() {
        let resource = Resource::parse(br#"{"gender":"female","resourceType":"Patient"}"#).unwrap();
        let seen = project(&resource, &[]).unwrap();
        assert!(
            seen.to_json()
                .starts_with(r#"{"resourceType":"Patient","meta":{"tag":"#)
        );
    }
}
