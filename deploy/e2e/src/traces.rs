//! The last visit as a tree of spans, from the files in which the services keep them as OTLP JSON.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    fs,
    path::Path,
    thread,
    time::{Duration, Instant},
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

/// A service holds its spans for five seconds before it writes them.
const WRITTEN_WITHIN: Duration = Duration::from_millis(5_500);
/// How long to wait for a service that has not written any.
const MAX_WAIT: Duration = Duration::from_secs(30);

/// Prints the tree once every service that had a part in the visit has written its spans.
pub fn print(run_dir: &Path) -> Result<()> {
    let file = run_dir.join("visit.json");
    let visit = fs::read_to_string(&file).context("no visit yet; run make visit")?;
    let visit: Value = serde_json::from_str(&visit)?;
    let trace_id = visit[0]["trace_id"].as_str().unwrap_or_default().to_owned();
    let age = fs::metadata(&file)?.modified()?.elapsed().unwrap_or(WRITTEN_WITHIN);
    if let Some(rest) = WRITTEN_WITHIN.checked_sub(age) {
        println!(
            "waiting {:.1} s for the services to write their spans",
            rest.as_secs_f64()
        );
        thread::sleep(rest);
    }
    let services = services_of(&visit);
    let (spans, missing) = wait_for(&services, &run_dir.join("traces"), &trace_id, MAX_WAIT)?;
    print_tree(&spans, &trace_id);
    if let Some(first) = missing.first() {
        bail!(
            "no span of trace {trace_id} after {} s from: {} (make logs NAME={first})",
            MAX_WAIT.as_secs(),
            missing.join(", ")
        );
    }
    Ok(())
}

/// The services that had a part in the visit, each once.
fn services_of(visit: &Value) -> BTreeSet<String> {
    let steps = visit.as_array().into_iter().flatten();
    let names = steps.flat_map(|step| list(&step["services"]));
    names.filter_map(|name| name.as_str().map(str::to_owned)).collect()
}

/// The trace's spans as soon as each service has one, and the services that have none in time.
fn wait_for(
    services: &BTreeSet<String>,
    folder: &Path,
    trace_id: &str,
    limit: Duration,
) -> Result<(Vec<Span>, Vec<String>)> {
    let since = Instant::now();
    loop {
        let spans = read(folder, trace_id)?;
        let missing: Vec<_> = services
            .iter()
            .filter(|service| !spans.iter().any(|span| span.service == **service))
            .cloned()
            .collect();
        if missing.is_empty() || since.elapsed() > limit {
            return Ok((spans, missing));
        }
        thread::sleep(Duration::from_millis(100));
    }
}

fn print_tree(spans: &[Span], trace_id: &str) {
    let known: HashSet<&str> = spans.iter().map(|span| span.id.as_str()).collect();
    let mut children: BTreeMap<&str, Vec<&Span>> = BTreeMap::new();
    let mut roots = Vec::new();
    for span in spans {
        if known.contains(span.parent.as_str()) {
            children.entry(&span.parent).or_default().push(span);
        } else {
            roots.push(span);
        }
    }
    let start = roots.first().map_or(0, |span| span.start_ns);
    println!("trace {trace_id}: {} spans", spans.len());
    println!("{:>9}  {:>9}", "at ms", "for ms");
    for root in roots {
        branch(root, &children, 0, start);
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn line(service: &str, trace_id: &str) -> String {
        let span = json!({ "traceId": trace_id, "spanId": service, "name": "request" });
        let name = json!({ "key": "service.name", "value": { "stringValue": service } });
        let resource = json!({ "resource": { "attributes": [name] }, "scopeSpans": [{ "spans": [span] }] });
        format!("{}\n", json!({ "resourceSpans": [resource] }))
    }

    #[test]
    fn spans_that_are_written_late_are_waited_for_and_missing_services_are_named() {
        let folder = std::env::temp_dir().join(format!("medconnect-traces-{}", crate::client::hex(8)));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("sandbox.jsonl"), line("sandbox", "t1")).unwrap();
        let late = folder.join("billing.jsonl");
        let writer = thread::spawn(move || {
            thread::sleep(Duration::from_millis(300));
            fs::write(late, line("billing", "t1")).unwrap();
        });
        let visit = json!([{ "services": ["billing", "sandbox"] }, { "services": ["sandbox"] }]);
        let (spans, missing) = wait_for(&services_of(&visit), &folder, "t1", MAX_WAIT).unwrap();
        writer.join().unwrap();
        assert_eq!((spans.len(), missing), (2, vec![]));

        let wanted = BTreeSet::from(["audit".to_owned(), "billing".to_owned()]);
        let (_, missing) = wait_for(&wanted, &folder, "t1", Duration::from_millis(200)).unwrap();
        assert_eq!(missing, ["audit"]);
        fs::remove_dir_all(folder).unwrap();
    }
}
