//! A service is named in its own folder, its migrations and `services.toml`; every other file is
//! generated or listed here.

use crate::{
    generated::{self, HEADER},
    services::{FILE, Service, Services},
    source::{none, root},
};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Folders and files that are not looked at.
const NOT_SHARED: &[(&str, &str)] = &[
    ("services", "the services' own"),
    ("migrations", "the services' own"),
    (".sqlx", "written by sqlx from the services' queries"),
    ("Cargo.lock", "written by cargo"),
    ("docs/openapi", "written by the services"),
    ("target", "built"),
    (".run", "a running system's"),
    (".git", "history"),
];

/// Shared files that must name a service, with the reason.
const MEANT: &[(&str, &str)] = &[
    ("crates/testkit/tests/house", "the rules that name services"),
    (
        "deploy/e2e",
        "journeys and checks whose subject is one service's answer or table",
    ),
    (
        "crates/mailbox/tests",
        "outbox and inbox are tested in the schema of one service",
    ),
    (
        "crates/testkit/examples",
        "the statements that are measured are those of services",
    ),
    (
        "deploy/new-service",
        "every service verifies access tokens with the keys of one service",
    ),
    ("Cargo.toml", "tests of services call the outside systems of test mode"),
    (
        "crates/contracts",
        "an event's type begins with the service that publishes it",
    ),
];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        if NOT_SHARED.iter().any(|(left_out, _)| name == *left_out) {
            continue;
        }
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// The words of a line: letters, digits, and what joins the parts of a name; `console.log` is one
/// word, and no service.
fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')))
}

/// Whether a line of code or configuration names the service. In a Rust file of a shared crate only
/// what can mean nothing else counts: `audit` and `billing` are words of the field as well.
fn names(line: &str, service: &Service, rust: bool) -> bool {
    let (name, schema) = (service.name.as_str(), service.schema.as_str());
    let upper = schema.to_uppercase();
    words(line).any(|word| {
        let of_service = word == format!("medconnect-{name}")
            || word == format!("mc-{name}")
            || word == format!("mc_{schema}")
            || word.starts_with(&format!("MC_{upper}__"));
        of_service || ((!rust || name.contains('-')) && (word == name || word == schema))
    }) || line.contains(&format!("services/{name}"))
}

/// The line without its comment.
fn code<'a>(path: &str, line: &'a str) -> &'a str {
    let signs: &[&str] = match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("rs" | "mjs" | "cjs" | "ts") => &["//"],
        Some("sql" | "psql") => &["--"],
        Some("json" | "css" | "html") => &[],
        _ => &["#"],
    };
    let comment = |sign: &&str| {
        let at = line.find(*sign)?;
        (at == 0 || line[..at].ends_with([' ', '\t'])).then_some(at)
    };
    let end = signs.iter().filter_map(comment).min().unwrap_or(line.len());
    &line[..end]
}

#[test]
fn only_services_toml_and_generated_files_name_a_service() {
    let services = Services::read();
    let generated: Vec<_> = generated::files().into_iter().map(|file| file.path).collect();
    let (mut found, mut faults) = (Vec::new(), Vec::new());
    files(&root(), &mut found);
    let (mut with_header, mut meant) = (0, 0);
    for path in found {
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        let Ok(text) = fs::read_to_string(&path) else { continue };
        if name == FILE || path.extension().is_some_and(|ending| ending == "md") {
            continue;
        }
        let rust = name.starts_with("crates/");
        let line = text.lines().enumerate().find_map(|(n, line)| {
            let named = services
                .iter()
                .find(|service| names(code(&name, line), service, rust))?;
            Some(format!("{name}:{}: names {}", n + 1, named.name))
        });
        let Some(fault) = line else { continue };
        // JSON has no comments, and so no header.
        let has_header = path.extension().is_some_and(|ending| ending == "json")
            || text.lines().next().is_some_and(|first| first.contains(HEADER));
        if generated.contains(&name) && has_header {
            with_header += 1;
        } else if MEANT.iter().any(|(place, _)| Path::new(&name).starts_with(place)) {
            meant += 1;
        } else {
            faults.push(fault);
        }
    }
    println!(
        "shared files that name a service: {FILE}, {with_header} generated, {meant} tests and contracts, {} others",
        faults.len()
    );
    none(&faults);
}

/// A list of all services in a hand-written script would have to grow with each.
#[test]
fn no_check_lists_every_service() {
    let services = Services::read();
    let mut found = Vec::new();
    files(&root().join("deploy/e2e"), &mut found);
    let faults: Vec<_> = found
        .iter()
        .filter_map(|path| {
            let text = fs::read_to_string(path).ok()?;
            let listed = text.lines().position(|line| {
                let line = code(&path.display().to_string(), line);
                services
                    .product()
                    .filter(|service| words(line).any(|word| word == service.name))
                    .count()
                    >= services.product().count() - 1
            })?;
            Some(format!(
                "{}:{}: a list of services; take it from service-table.sh",
                path.display(),
                listed + 1
            ))
        })
        .collect();
    none(&faults);
}
