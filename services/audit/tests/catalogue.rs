//! Every action that a service emits stands in the table of actions, and every route of every
//! service says which it emits.
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
    let source = r#"const READ: &str = "a.b.read"; x.audit_of(READ, R); x.audit_by(
        "a.c.made", y); x.audit_of(action, z); pub fn audit_of(&self, a: &str)
        const ACTION: &str = "a.d.list"; context
            .audit("a.e.update", y)"#;
    assert_eq!(actions_in(source), ["a.b.read", "a.c.made", "a.e.update", "a.d.list"]);
}

/// The first argument of every `audit`, `audit_of`, `audit_by` and `named`, and every constant
/// `ACTION`: a literal, or a constant of the same service. An argument in lower case is a
/// parameter: what callers fill it with is found where the table knows it.
fn actions_in(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    for call in ["audit_of(", "audit_by(", ".audit(", ".named(", "const ACTION: &str = "] {
        for (at, _) in source.match_indices(call) {
            let argument = source[at + call.len()..].trim_start();
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
