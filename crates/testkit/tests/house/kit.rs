//! What is the same everywhere is a mechanism: services state what makes them different, the kit
//! does the rest. Prints the counts that show it.

use crate::source::{folders, none, root, rust_files};
use std::{collections::BTreeMap, path::Path};

/// Lines of `startup.rs` and `startup/` of one service.
const MAX_STARTUP_LINES: usize = 120;
/// Files of one folder of sources.
const MAX_FILES_IN_A_FOLDER: usize = 25;

/// What only the kit constructs.
const CONSTRUCTED_BY_THE_KIT: [&str; 6] = [
    "pools::postgres(",
    "PgPoolOptions::",
    "Mailbox::new(",
    "Verifier::new(",
    ".relay(",
    "Idempotency::new(",
];

#[test]
fn only_the_kit_constructs_pools_mailboxes_verifiers_and_relays() {
    let mut faults = Vec::new();
    for service in folders("services") {
        for source in rust_files(&format!("services/{service}/src")) {
            for (line, code) in source.code() {
                for constructor in CONSTRUCTED_BY_THE_KIT {
                    if code.contains(constructor) {
                        faults.push(format!("{}:{line}: {constructor}", source.path));
                    }
                }
            }
        }
    }
    none(&faults);
}

#[test]
fn a_startup_states_the_state_and_the_workers_and_no_more() {
    let mut lines = BTreeMap::new();
    for service in folders("services") {
        let files = rust_files(&format!("services/{service}/src"));
        let own = files.iter().filter(|source| source.path.contains("/src/startup"));
        lines.insert(service, own.map(|source| source.text.lines().count()).sum::<usize>());
    }
    let largest = lines.iter().max_by_key(|(_, lines)| **lines);
    println!("largest startup: {largest:?} lines");
    let faults: Vec<_> = lines
        .iter()
        .filter(|(_, lines)| **lines > MAX_STARTUP_LINES)
        .map(|(service, lines)| format!("services/{service}/src/startup: {lines} lines, at most {MAX_STARTUP_LINES}"))
        .collect();
    none(&faults);
}

#[test]
fn folders_are_small_and_crates_are_counted() {
    let (mut faults, mut largest) = (Vec::new(), (0, String::new()));
    for room in ["crates", "services"] {
        for name in folders(room) {
            let mut files: BTreeMap<String, usize> = BTreeMap::new();
            let mut lines = 0;
            for source in rust_files(&format!("{room}/{name}/src")) {
                let folder = Path::new(&source.path).parent().unwrap().display().to_string();
                *files.entry(folder).or_default() += 1;
                lines += source.text.lines().count();
            }
            println!("{room}/{name}: {lines} lines of source");
            for (folder, count) in files {
                if count > MAX_FILES_IN_A_FOLDER {
                    faults.push(format!("{folder}: {count} files, at most {MAX_FILES_IN_A_FOLDER}"));
                }
                largest = largest.max((count, folder));
            }
        }
    }
    println!("largest folder: {} with {} files", largest.1, largest.0);
    none(&faults);
}

/// A route's context is `Authorized` or `Caller`, which require a permission and record refusals.
#[test]
fn no_handler_takes_a_caller_who_was_not_authorized() {
    let mut faults = Vec::new();
    for service in folders("services") {
        for source in rust_files(&format!("services/{service}/src/routes")) {
            for (line, code) in source.code() {
                let mut uses = code.split(": Principal").skip(1);
                let takes = uses.any(|rest| !rest.starts_with(char::is_alphanumeric));
                // A conversion is no handler.
                if takes && !code.starts_with("fn from(") {
                    faults.push(format!("{}:{line}: {code}", source.path));
                }
            }
        }
    }
    none(&faults);
}

/// The default bounds of a histogram are those of milliseconds; ours are in seconds.
#[test]
fn every_histogram_states_its_bounds() {
    let mut faults = Vec::new();
    for room in ["crates", "services"] {
        for name in folders(room) {
            for source in rust_files(&format!("{room}/{name}/src")) {
                for statement in source.text.split("_histogram(").skip(1) {
                    let statement = statement.split(';').next().unwrap();
                    if !statement.contains(".with_boundaries(") {
                        faults.push(format!("{}: a histogram without bounds", source.path));
                    }
                }
            }
        }
    }
    none(&faults);
}

/// Every `$ref` of every OpenAPI document leads to something in the same document.
#[test]
fn every_reference_of_every_document_resolves() {
    let mut faults = Vec::new();
    for entry in std::fs::read_dir(root().join("docs/openapi")).unwrap() {
        let path = entry.unwrap().path();
        let document: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let mut open = vec![&document];
        while let Some(value) = open.pop() {
            match value {
                serde_json::Value::Object(members) => {
                    if let Some(reference) = members.get("$ref").and_then(serde_json::Value::as_str) {
                        let pointer = reference.trim_start_matches('#');
                        if document.pointer(pointer).is_none() {
                            faults.push(format!("{}: {reference} is missing", path.display()));
                        }
                    }
                    open.extend(members.values());
                }
                serde_json::Value::Array(items) => open.extend(items),
                _ => {}
            }
        }
    }
    none(&faults);
}
