//! A page of search results, with the links to itself and to the next page.

use crate::search::query_string;
use serde_json::{Value, json};

/// A page of search results.
#[derive(Debug)]
pub struct SearchPage<'a> {
    /// Address of the server, without a slash at the end.
    pub base: &'a str,
    /// The resource type.
    pub resource_type: &'a str,
    /// The query of this page.
    pub query: &'a [(String, String)],
    /// `_cursor` of the next page; None on the last.
    pub next: Option<&'a str>,
    /// Ids and resources.
    pub entries: Vec<(String, Value)>,
}

impl SearchPage<'_> {
    /// The `Bundle` of type `searchset`. It has no `total`.
    pub fn to_json(self) -> Value {
        let mut links = vec![json!({ "relation": "self", "url": self.url(self.query) })];
        if let Some(next) = self.next {
            let mut query = self.query.to_vec();
            query.retain(|(name, _)| name != "_cursor");
            query.push(("_cursor".to_owned(), next.to_owned()));
            links.push(json!({ "relation": "next", "url": self.url(&query) }));
        }
        let mut bundle = json!({ "resourceType": "Bundle", "type": "searchset", "link": links });
        if self.entries.is_empty() {
            // R4 has no empty arrays.
            return bundle;
        }
        let (base, resource_type) = (self.base, self.resource_type);
        let entries = self.entries.into_iter().map(|(id, resource)| {
            let url = format!("{base}/{resource_type}/{id}");
            json!({ "fullUrl": url, "resource": resource, "search": { "mode": "match" } })
        });
        bundle["entry"] = entries.collect();
        bundle
    }

    fn url(&self, query: &[(String, String)]) -> String {
        format!("{}/{}?{}", self.base, self.resource_type, query_string(query))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_link_repeats_the_query_with_another_cursor() {
        let query = [("date", "ge2026-01-01"), ("_cursor", "one")].map(|(n, v)| (n.to_owned(), v.to_owned()));
        let page = SearchPage {
            base: "https://host/fhir",
            resource_type: "AuditEvent",
            query: &query,
            next: Some("t w/o"),
            entries: vec![("e1".to_owned(), json!({ "id": "e1" }))],
        };
        let bundle = page.to_json();
        let url = |n: usize| bundle["link"][n]["url"].as_str().unwrap();
        assert_eq!(url(0), "https://host/fhir/AuditEvent?date=ge2026-01-01&_cursor=one");
        assert_eq!(url(1), "https://host/fhir/AuditEvent?date=ge2026-01-01&_cursor=t+w%2Fo");
        assert_eq!(bundle["entry"][0]["fullUrl"], "https://host/fhir/AuditEvent/e1");
    }

    #[test]
    fn the_last_page_has_no_next_link_and_an_empty_one_no_entry() {
        let page = SearchPage {
            base: "b",
            resource_type: "AuditEvent",
            query: &[],
            next: None,
            entries: Vec::new(),
        };
        let bundle = page.to_json();
        assert_eq!(bundle["link"].as_array().unwrap().len(), 1);
        assert!(bundle.get("entry").is_none());
    }
}
