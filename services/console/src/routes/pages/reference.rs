//! An OpenAPI 3.1 document as a page.

use maud::{Markup, html};
use serde_json::{Map, Value};

/// Links to the documents of `names`.
pub fn list(names: &[&str]) -> Markup {
    html! {
        p { "Every operation, parameter and schema of the running services, from their OpenAPI documents." }
        ul {
            @for name in names {
                li { a href={ "/reference/" (name) } { (name) } " (" a href={ "/api/v1/" (name) "/openapi.json" } { (name) " as OpenAPI JSON" } ")" }
            }
        }
    }
}

/// The operations by tag, then the schemas.
pub fn content(document: &Value) -> Markup {
    let operations = operations(document);
    let mut tags: Vec<_> = operations.iter().map(|operation| operation.tag).collect();
    tags.dedup();
    html! {
        p { (text(document, "/info/description")) }
        @for tag in tags {
            h2 { (tag) }
            @for operation in operations.iter().filter(|operation| operation.tag == tag) { (operation.to_markup()) }
        }
        @if let Some(schemas) = document.pointer("/components/schemas").and_then(Value::as_object) {
            h2 { "Schemas" }
            @for (name, schema) in schemas { (schema_section(name, schema)) }
        }
    }
}

struct Operation<'a> {
    method: String,
    path: &'a str,
    tag: &'a str,
    body: &'a Value,
    is_open: bool,
}

fn operations(document: &Value) -> Vec<Operation<'_>> {
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, body) in item.as_object().into_iter().flatten() {
            operations.push(Operation {
                method: method.to_uppercase(),
                path,
                tag: body.pointer("/tags/0").and_then(Value::as_str).unwrap_or("other"),
                body,
                is_open: body["security"].is_array(),
            });
        }
    }
    operations.sort_by(|a, b| a.tag.cmp(b.tag));
    operations
}

impl Operation<'_> {
    fn to_markup(&self) -> Markup {
        let body = self.body;
        let empty = Vec::new();
        let parameters = body["parameters"].as_array().unwrap_or(&empty);
        html! {
            h3 { code { (self.method) " " (self.path) } }
            p { (text(body, "/summary")) " " (text(body, "/description")) }
            p class="quiet" { @if self.is_open { "Needs no access token." } @else { "Needs an access token." } }
            @if !parameters.is_empty() {
                (table(&format!("Parameters of {} {}", self.method, self.path), ["Name", "In", "Type", "Meaning"], parameters.iter().map(|parameter| {
                    let required = if parameter["required"] == true { ", required" } else { "" };
                    [
                        html! { code { (text(parameter, "/name")) } },
                        html! { (text(parameter, "/in")) (required) },
                        type_of(&parameter["schema"]),
                        html! { (text(parameter, "/description")) },
                    ]
                })))
            }
            @if let Some(schema) = body.pointer("/requestBody/content").and_then(first_schema) {
                p { "Body: " (type_of(schema)) }
            }
            (table(&format!("Responses of {} {}", self.method, self.path), ["Status", "Meaning", "Body"], responses(body).map(|(status, response)| {
                let schema = response.get("content").and_then(first_schema);
                [
                    html! { code { (status) } },
                    html! { (text(response, "/description")) },
                    html! { @if let Some(schema) = schema { (type_of(schema)) } },
                ]
            })))
        }
    }
}

fn responses(operation: &Value) -> impl Iterator<Item = (&String, &Value)> {
    operation["responses"].as_object().into_iter().flatten()
}

/// The schema of the first media type.
fn first_schema(content: &Value) -> Option<&Value> {
    content.as_object()?.values().next()?.get("schema")
}

/// A table that scrolls by itself on a narrow screen.
fn table<const N: usize>(name: &str, headings: [&str; N], rows: impl Iterator<Item = [Markup; N]>) -> Markup {
    html! {
        div class="scroll" tabindex="0" role="region" aria-label=(name) {
            table {
                thead { tr { @for heading in headings { th scope="col" { (heading) } } } }
                tbody { @for row in rows { tr { @for cell in row { td { (cell) } } } } }
            }
        }
    }
}

fn schema_section(name: &str, schema: &Value) -> Markup {
    let empty = Map::new();
    let properties = schema["properties"].as_object().unwrap_or(&empty);
    let required: Vec<_> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    html! {
        h3 id={ "schema-" (name) } { (name) }
        p { (text(schema, "/description")) }
        @if properties.is_empty() {
            p { "Type: " (type_of(schema)) }
        } @else {
            (table(name, ["Field", "Type", "Meaning"], properties.iter().map(|(field, schema)| {
                let needed = if required.contains(&field.as_str()) { " (required)" } else { "" };
                [
                    html! { code { (field) } (needed) },
                    type_of(schema),
                    html! { (text(schema, "/description")) },
                ]
            })))
        }
    }
}

/// A schema in a few words; a reference is a link to its section.
fn type_of(schema: &Value) -> Markup {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return html! { a href={ "#schema-" (name) } { (name) } };
    }
    if let Some(variants) = ["oneOf", "anyOf", "allOf"]
        .iter()
        .find_map(|key| schema[*key].as_array())
    {
        return html! { @for (n, variant) in variants.iter().enumerate() { @if n > 0 { " or " } (type_of(variant)) } };
    }
    if let Some(values) = schema["enum"].as_array() {
        return html! { "one of " @for (n, value) in values.iter().enumerate() { @if n > 0 { ", " } code { (plain(value)) } } };
    }
    if schema["type"] == "array" {
        return html! { "list of " (type_of(&schema["items"])) };
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().map(plain).collect::<Vec<_>>().join(" or "),
        Value::String(kind) => kind.clone(),
        _ => "any JSON value".to_owned(),
    };
    let format = schema["format"]
        .as_str()
        .map(|format| format!(" ({format})"))
        .unwrap_or_default();
    html! { (kind) (format) }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use mc_pages::{Page, accessibility_faults};

    #[test]
    fn every_operation_and_schema_of_a_document_is_shown_without_accessibility_faults() {
        let document = mc_chassis::http::document(crate::routes::ABOUT, crate::routes::routes);
        let document = serde_json::to_value(document).unwrap();
        let page = Page {
            title: "API reference: console",
            navigation: &[],
            content: content(&document),
        };
        let html = page.to_html();
        assert_eq!(accessibility_faults(&html), Vec::<String>::new());
        for path in document["paths"].as_object().unwrap().keys() {
            assert!(html.contains(path.as_str()), "{path}");
        }
        for name in document["components"]["schemas"].as_object().unwrap().keys() {
            assert!(html.contains(&format!("id=\"schema-{name}\"")), "{name}");
        }
    }
}
