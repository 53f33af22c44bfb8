//! A FHIR search within one patient's chart.

use mc_fhir::valid_id;
use serde_json::Value;

/// Entries of a page without `_count`.
const DEFAULT_COUNT: usize = 50;

/// A search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    pub patient_id: String,
    /// `_id`.
    pub id: Option<String>,
    /// An element and the codes of which one must be present.
    pub filters: Vec<(&'static str, Vec<String>)>,
    /// `_count`.
    pub count: usize,
    /// Offset of the page.
    pub offset: usize,
}

impl Search {
    /// Reads the parameters. Unknown ones are ignored, as R4 allows (search.html#errors).
    ///
    /// # Errors
    /// The name of the parameter that is missing or malformed.
    pub fn read<'p>(
        resource_type: &str,
        parameters: impl IntoIterator<Item = (&'p str, &'p str)>,
    ) -> Result<Self, &'static str> {
        let mut search = Self {
            patient_id: String::new(),
            id: None,
            filters: Vec::new(),
            count: DEFAULT_COUNT,
            offset: 0,
        };
        for (name, value) in parameters {
            let codes = || {
                value
                    .split(',')
                    .map(|one| one.rsplit('|').next().unwrap_or(one).to_owned())
                    .collect()
            };
            match name {
                "patient" | "subject" | "beneficiary" => {
                    value
                        .strip_prefix("Patient/")
                        .unwrap_or(value)
                        .clone_into(&mut search.patient_id);
                }
                "_id" => search.id = Some(value.to_owned()),
                "_count" => search.count = value.parse().ok().filter(|count| *count > 0).ok_or("_count")?,
                "_offset" => search.offset = value.parse().map_err(|_| "_offset")?,
                "status" => search.filters.push(("status", codes())),
                "intent" => search.filters.push(("intent", codes())),
                "category" => search.filters.push(("category", codes())),
                "code" => search.filters.push(("code", codes())),
                "clinical-status" => search.filters.push(("clinicalStatus", codes())),
                _ => {}
            }
        }
        if let ("Patient", Some(id)) = (resource_type, &search.id) {
            search.patient_id.clone_from(id);
        }
        if valid_id(&search.patient_id) {
            Ok(search)
        } else {
            Err("patient")
        }
    }

    /// Whether a resource of the chart is looked for.
    pub fn matches(&self, resource: &Value) -> bool {
        self.id.as_deref().is_none_or(|id| resource["id"] == id)
            && self
                .filters
                .iter()
                .all(|(member, codes)| codes.iter().any(|code| has_code(&resource[*member], code)))
    }
}

/// Whether a code, a `CodeableConcept` or a list of either has this code.
fn has_code(value: &Value, code: &str) -> bool {
    match value {
        Value::String(text) => text == code,
        Value::Array(entries) => entries.iter().any(|entry| has_code(entry, code)),
        Value::Object(members) => {
            members.get("code").is_some_and(|own| own == code)
                || members.get("coding").is_some_and(|coding| has_code(coding, code))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_search_names_the_patient_and_filters_by_code() {
        assert_eq!(Search::read("Condition", [("category", "x")]), Err("patient"));
        assert_eq!(
            Search::read("Condition", [("patient", "p1"), ("_count", "0")]),
            Err("_count")
        );
        let wanted = [
            ("patient", "Patient/p1"),
            ("clinical-status", "http://x|active,recurrence"),
            ("_sort", "date"),
        ];
        let search = Search::read("Condition", wanted).unwrap();
        assert_eq!(search.patient_id, "p1");
        assert!(search.matches(&json!({ "clinicalStatus": { "coding": [{ "code": "active" }] } })));
        assert!(!search.matches(&json!({ "clinicalStatus": { "coding": [{ "code": "resolved" }] } })));
        assert_eq!(Search::read("Patient", [("_id", "p9")]).unwrap().patient_id, "p9");
    }
}
