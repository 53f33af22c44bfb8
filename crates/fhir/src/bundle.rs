//! Search results of other servers in, collections and search results of ours out.

mod search_page;

pub use search_page::SearchPage;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::error::FhirError;
use crate::operation_outcome::{UpstreamIssue, read_outcome};
use crate::resource::{MAX_BYTES, Resource};

/// A bundle as it came: the resources and what is needed to go on.
#[derive(Debug, Clone)]
pub struct Bundle {
    /// `type`: `searchset`, `collection`, ...
    pub kind: String,
    /// `total`; some servers count the page only.
    pub total: Option<u64>,
    /// The resources, without entries of mode `outcome`.
    pub resources: Vec<Resource>,
    /// Issues of the entries of mode `outcome`, e.g. "may be incomplete".
    pub issues: Vec<UpstreamIssue>,
    /// The link to the next page.
    pub next: Option<String>,
}

#[derive(Deserialize)]
struct Wire {
    #[serde(rename = "resourceType")]
    resource_type: String,
    #[serde(rename = "type", default)]
    kind: String,
    total: Option<u64>,
    #[serde(default)]
    link: Vec<Link>,
    #[serde(default)]
    entry: Vec<Entry>,
}

#[derive(Deserialize)]
struct Link {
    relation: String,
    url: String,
}

#[derive(Deserialize)]
struct Entry {
    resource: Option<Box<RawValue>>,
    search: Option<Search>,
}

#[derive(Deserialize)]
struct Search {
    mode: Option<String>,
}

impl Bundle {
    /// Reads a bundle of at most [`MAX_BYTES`].
    ///
    /// # Errors
    /// [`FhirError`]; [`FhirError::WrongType`] for any other resource.
    pub fn parse(json: &[u8]) -> Result<Self, FhirError> {
        if json.len() > MAX_BYTES {
            return Err(FhirError::TooLarge { limit: MAX_BYTES });
        }
        let wire: Wire = serde_json::from_slice(json).map_err(|e| FhirError::json(&e))?;
        if wire.resource_type != "Bundle" {
            return Err(FhirError::WrongType { expected: "Bundle" });
        }
        let next = wire
            .link
            .into_iter()
            .find(|link| link.relation == "next")
            .map(|link| link.url);
        let mut bundle = Self {
            kind: wire.kind,
            total: wire.total,
            resources: Vec::new(),
            issues: Vec::new(),
            next,
        };
        for entry in wire.entry {
            let Some(text) = entry.resource else { continue };
            let mode = entry.search.and_then(|search| search.mode);
            if mode.as_deref() == Some("outcome") {
                bundle
                    .issues
                    .extend(read_outcome(text.get().as_bytes()).unwrap_or_default());
            } else {
                bundle.resources.push(Resource::parse(text.get().as_bytes())?);
            }
        }
        Ok(bundle)
    }
}

/// `Bundle.type` of what we write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BundleKind {
    /// A set of resources without a stated origin.
    Collection,
    /// The answer to a search: has `total`, and each entry says `match` or `outcome`.
    Searchset,
}

/// Writes a bundle. With `base` (no slash at its end) each resource with an id gets `fullUrl`
/// `{base}/{type}/{id}`. In a searchset an `OperationOutcome` has mode `outcome` and is not
/// counted.
pub fn write_bundle(kind: BundleKind, resources: &[Resource], base: Option<&str>) -> String {
    let mut members = vec!["\"resourceType\":\"Bundle\"".to_owned()];
    match kind {
        BundleKind::Collection => members.push("\"type\":\"collection\"".to_owned()),
        BundleKind::Searchset => {
            let total = resources.iter().filter(|r| !is_outcome(r)).count();
            members.push(format!("\"type\":\"searchset\",\"total\":{total}"));
        }
    }
    let entries: Vec<String> = resources.iter().map(|r| write_entry(kind, r, base)).collect();
    if !entries.is_empty() {
        // R4 has no empty arrays.
        members.push(format!("\"entry\":[{}]", entries.join(",")));
    }
    format!("{{{}}}", members.join(","))
}

fn write_entry(kind: BundleKind, resource: &Resource, base: Option<&str>) -> String {
    let mut members = Vec::new();
    if let (Some(base), Some(id)) = (base, resource.id()) {
        let url = format!("{base}/{}/{id}", resource.resource_type());
        members.push(format!("\"fullUrl\":{}", serde_json::Value::from(url)));
    }
    members.push(format!("\"resource\":{}", resource.to_json()));
    if kind == BundleKind::Searchset {
        let mode = if is_outcome(resource) { "outcome" } else { "match" };
        members.push(format!("\"search\":{{\"mode\":\"{mode}\"}}"));
    }
    format!("{{{}}}", members.join(","))
}

fn is_outcome(resource: &Resource) -> bool {
    resource.resource_type() == "OperationOutcome"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_are_not_results() {
        let text = r#"{"resourceType":"Bundle","type":"searchset","total":0,"link":[{"relation":"self","url":"a"},{"relation":"next","url":"b?p=2"}],
            "entry":[{"resource":{"resourceType":"OperationOutcome","issue":[{"severity":"warning","code":"processing",
            "details":{"coding":[{"system":"urn:oid:1.2","code":"4101","display":"Smith"}],"text":"no Smith"}}]},"search":{"mode":"outcome"}},
            {"fullUrl":"u"},{"resource":{"resourceType":"Condition","id":"c1","x":1.0},"search":{"mode":"match"}}]}"#;
        let bundle = Bundle::parse(text.as_bytes()).unwrap();
        assert_eq!(
            (bundle.next.as_deref(), bundle.total, bundle.kind.as_str()),
            (Some("b?p=2"), Some(0), "searchset")
        );
        assert_eq!(bundle.resources.len(), 1);
        assert_eq!(bundle.resources[0].raw("x"), Some("1.0"));
        assert_eq!(bundle.issues[0].codings[0].code, "4101");
        assert!(!format!("{bundle:?}").contains("Smith"));
    }

    #[test]
    fn another_resource_is_refused() {
        assert_eq!(
            Bundle::parse(br#"{"resourceType":"Patient"}"#).unwrap_err(),
            FhirError::WrongType { expected: "Bundle" }
        );
    }

    #[test]
    fn what_is_written_reads_back() {
        let condition = Resource::parse(br#"{"resourceType":"Condition","id":"c1","x":1.00}"#).unwrap();
        let warning = Resource::parse(br#"{"resourceType":"OperationOutcome","issue":[]}"#).unwrap();
        let text = write_bundle(
            BundleKind::Searchset,
            &[condition, warning],
            Some("https://ehr.example/r4"),
        );
        assert!(text.contains(r#""total":1,"entry":[{"fullUrl":"https://ehr.example/r4/Condition/c1","resource":{"#));
        let bundle = Bundle::parse(text.as_bytes()).unwrap();
        assert_eq!(bundle.resources[0].raw("x"), Some("1.00"));
        assert_eq!(bundle.resources.len(), 1);
        assert_eq!(
            write_bundle(BundleKind::Collection, &[], None),
            r#"{"resourceType":"Bundle","type":"collection"}"#
        );
    }
}
