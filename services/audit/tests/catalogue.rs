//! Every action that a service emits is in the table of actions, and the table has no others.
#![expect(clippy::unwrap_used, reason = "a panic here is a failed test")]

use mc_audit::domain::catalogue::{CATALOGUE, entry_of};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

#[test]
fn the_table_holds_what_services_emit_and_nothing_else() {
    let services = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut emitted = BTreeSet::new();
    for service in std::fs::read_dir(services).unwrap() {
        let mut sources = Vec::new();
        walk(&service.unwrap().path().join("src"), &mut sources);
        emitted.extend(actions_in(&sources.concat()));
    }
    // The operator's program has no service.
    let mut sources = Vec::new();
    walk(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/mailbox/src"),
        &mut sources,
    );
    emitted.extend(actions_in(&sources.concat()));
    let missing: Vec<_> = emitted.iter().filter(|action| entry_of(action).is_none()).collect();
    assert!(missing.is_empty(), "not in domain/catalogue.rs: {missing:?}");
    let stale: Vec<_> = CATALOGUE
        .iter()
        .map(|entry| entry.action)
        .filter(|action| !emitted.contains(*action))
        .collect();
    assert!(
        stale.is_empty(),
        "no service emits what domain/catalogue.rs holds: {stale:?}"
    );
}

#[test]
fn literals_constants_and_nothing_else_name_an_action() {
    let source = r#"const READ: &str = "a.b.read"; x.audit(READ, R); x.audit_as(actor,
        "a.c.made", y); x.audit(action, z); pub fn audit(&self, a: &str)
        const ACTION: &str = "a.d.list"; context
            .audit("a.e.update", y)"#;
    assert_eq!(actions_in(source), ["a.b.read", "a.e.update", "a.c.made", "a.d.list"]);
}

/// The first argument of every `audit` and `named`, the second of every `audit_as`, and every
/// constant `ACTION`: a literal, or a constant of the same service. An argument in lower case is a
/// parameter: its values are found as literals of the table's actions.
fn actions_in(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (call, position) in [
        (".audit(", 0),
        (".audit_as(", 1),
        (".named(", 0),
        ("const ACTION: &str = ", 0),
    ] {
        for (at, _) in source.match_indices(call) {
            let arguments = source[at + call.len()..].splitn(position + 1, ',');
            let argument = arguments.last().unwrap().trim_start();
            if let Some(literal) = argument.strip_prefix('"') {
                found.push(literal.split('"').next().unwrap().to_owned());
                continue;
            }
            let name: String = argument
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            if name.starts_with(|c: char| c.is_ascii_uppercase()) {
                found.extend(constants(source, &name));
            }
        }
    }
    let known = CATALOGUE.iter().map(|entry| entry.action);
    found.extend(
        known
            .filter(|action| source.contains(&format!("\"{action}\"")))
            .map(str::to_owned),
    );
    found
}

fn constants(source: &str, name: &str) -> Vec<String> {
    let definition = format!("const {name}: &str = \"");
    let values: Vec<_> = source
        .match_indices(&definition)
        .map(|(at, _)| source[at + definition.len()..].split('"').next().unwrap().to_owned())
        .collect();
    assert!(!values.is_empty(), "{name} is no constant of the service");
    values
}

fn walk(folder: &Path, sources: &mut Vec<String>) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let paths: BTreeSet<PathBuf> = entries.map(|entry| entry.path()).collect();
    for path in paths {
        if path.is_dir() {
            walk(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("domain/catalogue.rs")
        {
            sources.push(std::fs::read_to_string(&path).unwrap());
        }
    }
}
