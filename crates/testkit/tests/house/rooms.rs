//! Inside a service: routes and consumers -> actions -> {domain, store, events, gateway}; each kind
//! of code in its own room.

use crate::source::{Source, folders, none, rust_files};

/// Rooms that a room may not look into.
const CLOSED: &[(&str, &[&str])] = &[
    (
        "domain",
        &["store", "actions", "routes", "consumers", "gateway", "startup"],
    ),
    ("store", &["actions", "routes", "consumers", "gateway", "startup"]),
    ("gateway", &["actions", "routes", "consumers", "store", "startup"]),
    ("actions", &["routes", "consumers", "startup"]),
];

/// Words that belong to some rooms only.
const BELONGS: &[(&str, &[&str], &str)] = &[
    ("sqlx::query", &["store"], "SQL belongs in store"),
    ("lapin::", &[], "RabbitMQ belongs in the mailbox"),
    ("actix_web::", &["routes", "startup"], "actix belongs in routes"),
    (".commit()", &["actions"], "an action is the only place that commits"),
];

fn room(source: &Source) -> &str {
    let (_, inside) = source.path.split_once("/src/").unwrap();
    inside.split(['/', '.']).next().unwrap()
}

fn services() -> Vec<Source> {
    // The sandbox is other people's systems: its doors speak their languages, its rooms are the
    // same.
    folders("services")
        .iter()
        .flat_map(|service| rust_files(&format!("services/{service}/src")))
        .collect()
}

#[test]
fn no_room_looks_where_it_may_not() {
    let mut faults = Vec::new();
    for source in services() {
        let Some((_, closed)) = CLOSED.iter().find(|(name, _)| *name == room(&source)) else {
            continue;
        };
        for (line, code) in source.code() {
            for other in *closed {
                if code.contains(&format!("crate::{other}::")) || code.starts_with(&format!("{other}::")) {
                    faults.push(format!("{}:{line}: {} imports {other}", source.path, room(&source)));
                }
            }
        }
    }
    none(&faults);
}

#[test]
fn each_thing_is_in_its_room() {
    let mut faults = Vec::new();
    for source in services() {
        for (line, code) in source.code() {
            for (word, rooms, rule) in BELONGS {
                if code.contains(word) && !rooms.contains(&room(&source)) && !source.path.contains("services/sandbox/")
                {
                    faults.push(format!("{}:{line}: {rule}: {code}", source.path));
                }
            }
        }
    }
    none(&faults);
}

#[test]
fn the_domain_waits_for_nobody() {
    let faults: Vec<_> = services()
        .iter()
        .filter(|source| room(source) == "domain")
        .flat_map(|source| {
            source
                .code()
                .filter(|(_, code)| code.contains("async fn") || code.contains(".await") || code.contains("std::fs"))
                .map(|(line, code)| format!("{}:{line}: {code}", source.path))
                .collect::<Vec<_>>()
        })
        .collect();
    none(&faults);
}

#[test]
fn every_service_has_the_same_rooms() {
    let allowed = [
        "actions",
        "commands",
        "config",
        "consumers",
        "domain",
        "events",
        "gateway",
        "health",
        "lib",
        "main",
        "routes",
        "startup",
        "store",
        "workers",
    ];
    let faults: Vec<_> = services()
        .iter()
        .filter(|source| !allowed.contains(&room(source)))
        .map(|source| format!("{}: {} is not a room of the house", source.path, room(source)))
        .collect();
    none(&faults);
}

/// `ehr-proxy` enforces the minimum necessary and `audit` measures it, each by its own table.
#[test]
fn the_minimum_necessary_that_is_measured_is_the_one_that_is_enforced() {
    let table = |service: &str| {
        let path = format!("services/{service}/src/domain/minimum_necessary.rs");
        let text = std::fs::read_to_string(crate::source::root().join(path)).unwrap();
        text.split("#[cfg(test)]").next().unwrap().trim().to_owned()
    };
    assert_eq!(table("audit"), table("ehr-proxy"));
}
