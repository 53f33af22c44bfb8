//! The last visit as a tree of spans, from the files in which the services keep them as OTLP JSON.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::{
    collections::{BTreeMap, HashSet},
    fs,
    path::Path,
};

struct Span {
    id: String,
    parent: String,
    service: String,
    name: String,
    start_ns: u128,
    end_ns: u128,
    failed: bool,
}

/// Prints the tree.
pub fn print(run_dir: &Path) -> Result<()> {
    let visit = fs::read_to_string(run_dir.join("visit.json")).context("no visit yet; run make visit")?;
    let visit: Value = serde_json::from_str(&visit)?;
    let trace_id = visit[0]["trace_id"].as_str().unwrap_or_default().to_owned();
    let spans = read(&run_dir.join("traces"), &trace_id)?;
    if spans.is_empty() {
        bail!("no span of trace {trace_id} is written yet; the services write every five seconds");
    }
    let known: HashSet<&str> = spans.iter().map(|span| span.id.as_str()).collect();
    let mut children: BTreeMap<&str, Vec<&Span>> = BTreeMap::new();
    let mut roots = Vec::new();
    for span in &spans {
        if known.contains(span.parent.as_str()) {
            children.entry(&span.parent).or_default().push(span);
        } else {
            roots.push(span);
        }
    }
    let start = roots.first().map_or(0, |span| span.start_ns);
    println!("trace {trace_id}: {} spans", spans.len());
    println!("{:>9}  {:>9}", "at ms", "took ms");
    for root in roots {
        branch(root, &children, 0, start);
    }
    Ok(())
}

fn branch(span: &Span, children: &BTreeMap<&str, Vec<&Span>>, depth: usize, start_ns: u128) {
    let ms = |ns: u128| format!("{}.{}", ns / 1_000_000, ns / 100_000 % 10);
    let mark = if span.failed { "  !" } else { "" };
    let indent = "  ".repeat(depth);
    let (at, took) = (
        ms(span.start_ns.saturating_sub(start_ns)),
        ms(span.end_ns.saturating_sub(span.start_ns)),
    );
    println!("{at:>9}  {took:>9}  {indent}{}: {}{mark}", span.service, span.name);
    for child in children.get(span.id.as_str()).into_iter().flatten() {
        branch(child, children, depth + 1, start_ns);
    }
}

/// Every span of the trace, by its start.
fn read(folder: &Path, trace_id: &str) -> Result<Vec<Span>> {
    let mut spans = Vec::new();
    for file in fs::read_dir(folder).context("no spans are written; is the system up? (make up)")? {
        let text = fs::read_to_string(file?.path())?;
        for line in text.lines().filter(|line| line.contains(trace_id)) {
            let Ok(batch) = serde_json::from_str::<Value>(line) else {
                continue;
            };
            for resource in list(&batch["resourceSpans"]) {
                let service = attribute(&resource["resource"], "service.name");
                let found = list(&resource["scopeSpans"]).flat_map(|scope| list(&scope["spans"]));
                spans.extend(
                    found
                        .filter(|span| span["traceId"] == trace_id)
                        .map(|span| one(span, &service)),
                );
            }
        }
    }
    spans.sort_by_key(|span| span.start_ns);
    Ok(spans)
}

fn one(span: &Value, service: &str) -> Span {
    let text = |field: &str| span[field].as_str().unwrap_or_default().to_owned();
    let nanos = |field: &str| text(field).parse().unwrap_or(0);
    Span {
        id: text("spanId"),
        parent: text("parentSpanId"),
        service: service.to_owned(),
        name: text("name"),
        start_ns: nanos("startTimeUnixNano"),
        end_ns: nanos("endTimeUnixNano"),
        failed: span["status"]["code"] == 2,
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn attribute(resource: &Value, key: &str) -> String {
    let mut found = list(&resource["attributes"]).filter(|attribute| attribute["key"] == key);
    found
        .next()
        .and_then(|attribute| attribute["value"]["stringValue"].as_str())
        .unwrap_or_default()
        .to_owned()
}
