//! Who may depend on whom, and what may be in the graph.

use crate::{
    services::{Service, Services},
    source::{folders, none, root},
};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

/// Tiers, lowest first. Arrows may skip a tier, never go up; within a tier only as `BESIDE` says.
const TIERS: &[&[&str]] = &[
    &["chassis", "vocabulary", "x12"],
    &["fhir", "hipaa", "transparency"],
    &["balp", "contracts", "detection", "keyring", "pages", "report"],
    &["access"],
    &["mailbox", "upstream"],
    &["idempotency"],
    &["service-kit"],
];
const BESIDE: &[(&str, &str)] = &[("chassis", "vocabulary")];

/// Commands: they stand beside the services, may import every tier, and nothing imports them.
const COMMANDS: &[&str] = &["x12-cli"];

/// Licences that we may ship.
const LICENCES: &[&str] = &[
    "MIT",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "Unicode-3.0",
    "MPL-2.0",
    "CC0-1.0",
    "BSL-1.0",
    "CDLA-Permissive-2.0",
    "MIT-0",
    "0BSD",
    "Apache-2.0 WITH LLVM-exception",
    "Unlicense",
];
/// Crates that must not be built in, each with the reason.
const REFUSED: &[(&str, &str)] = &[
    ("openssl-sys", "one TLS library: rustls with aws-lc-rs"),
    ("native-tls", "one TLS library: rustls with aws-lc-rs"),
    ("actix-governor", "GPL-3.0"),
    ("hl7v2", "AGPL-3.0"),
];

fn metadata(arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--offline", "--locked"])
        .args(arguments)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn tier(name: &str) -> Option<usize> {
    TIERS.iter().position(|tier| tier.contains(&name))
}

#[test]
fn arrows_never_go_up() {
    let metadata = metadata(&["--no-deps"]);
    let mut services = folders("services");
    services.extend(COMMANDS.iter().map(|name| (*name).to_owned()));
    let mut faults = Vec::new();
    for package in metadata["packages"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap().trim_start_matches("mc-");
        for dependency in package["dependencies"].as_array().unwrap() {
            let Some(to) = dependency["name"].as_str().unwrap().strip_prefix("mc-") else {
                continue;
            };
            let dev = dependency["kind"] == "dev";
            let fine = if services.iter().any(|service| service == to) {
                // Tests of a service may call the outside systems of test mode.
                dev && to == "sandbox"
            } else if to == "testkit" {
                dev
            } else if dev || services.iter().any(|service| service == name) || name == "testkit" {
                true
            } else {
                match (tier(name), tier(to)) {
                    (Some(from), Some(to_tier)) if from > to_tier => true,
                    (Some(from), Some(to_tier)) if from == to_tier => BESIDE.contains(&(name, to)),
                    _ => false,
                }
            };
            if !fine {
                faults.push(format!("{name} depends on {to}"));
            }
        }
    }
    none(&faults);
}

#[test]
fn every_crate_has_a_tier() {
    let faults: Vec<_> = folders("crates")
        .into_iter()
        .filter(|name| name != "testkit" && !COMMANDS.contains(&name.as_str()) && tier(name).is_none())
        .collect();
    none(&faults);
}

#[test]
fn versions_are_declared_in_one_place() {
    let mut faults = Vec::new();
    for folder in ["crates", "services"] {
        for name in folders(folder) {
            let manifest = std::fs::read_to_string(root().join(folder).join(&name).join("Cargo.toml")).unwrap();
            for line in manifest
                .lines()
                .filter(|line| line.contains("version = \"") || line.contains("path = \"../"))
            {
                faults.push(format!("{folder}/{name}/Cargo.toml: {line}"));
            }
        }
    }
    none(&faults);
}

#[test]
fn nothing_is_built_in_that_we_may_not_ship() {
    let metadata = metadata(&["--filter-platform", "x86_64-unknown-linux-gnu"]);
    let mut faults = Vec::new();
    let nodes = metadata["resolve"]["nodes"].as_array().unwrap();
    let used: BTreeSet<&str> = nodes.iter().map(|node| node["id"].as_str().unwrap()).collect();
    for package in metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|package| used.contains(package["id"].as_str().unwrap()))
    {
        let name = package["name"].as_str().unwrap();
        if let Some((_, reason)) = REFUSED.iter().find(|(refused, _)| *refused == name) {
            faults.push(format!("{name}: {reason}"));
        }
        let licence = package["license"].as_str().unwrap_or("none");
        // `A OR B` needs one of them, `A AND B` all.
        let accepted = licence
            .replace(['(', ')'], "")
            .replace('/', " OR ")
            .split(" OR ")
            .any(|choice| choice.split(" AND ").all(|part| LICENCES.contains(&part.trim())));
        if !accepted {
            faults.push(format!("{name}: licence {licence}"));
        }
    }
    none(&faults);
}

/// Migrations that differ by the name of their schema only, with the crate whose tables they make.
const SAME_MIGRATIONS: &[(&str, &str)] = &[
    ("20261122000001_mailbox.sql", "mc-mailbox"),
    ("20261130000001_idempotency_keys.sql", "mc-idempotency"),
    ("20261130000010_roles.sql", "mc-service-kit"),
    ("20261130000020_mailbox_by_day.sql", "mc-mailbox"),
    ("20261130000040_locks.sql", "mc-mailbox"),
];

#[test]
fn every_service_has_the_tables_of_the_crates_that_it_uses() {
    let services = Services::read();
    for (file, used) in SAME_MIGRATIONS {
        let mut texts = BTreeMap::<String, Vec<&str>>::new();
        for Service { name, schema, .. } in services.iter() {
            let manifest = std::fs::read_to_string(root().join("services").join(name).join("Cargo.toml")).unwrap();
            let (dependencies, _) = manifest.split_once("[dev-dependencies]").unwrap_or((&manifest, ""));
            let expected = dependencies.contains(&format!("{used}.workspace"));
            let migration = root().join("migrations").join(schema).join(file);
            assert!(
                !expected || migration.is_file(),
                "{name} uses {used}: want {}",
                migration.display()
            );
            if let Ok(sql) = std::fs::read_to_string(migration) {
                let sql = sql
                    .replace(&format!("mc_{schema}"), "mc_SCHEMA")
                    .replace(&format!("'{schema}'"), "'SCHEMA'")
                    .replace(&format!("{schema}."), "SCHEMA.");
                texts.entry(sql).or_default().push(schema);
            }
        }
        assert_eq!(texts.len(), 1, "{file} differs: {:?}", texts.values());
    }
}
