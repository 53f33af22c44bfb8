//! The connection budget: every pool of every replica fits into what Postgres accepts.

use crate::{
    services::{FILE, Services},
    source::{folders, none, root, rust_files},
};
use std::fs;

/// The one opener of transactions.
const OPENER: &str = "crates/chassis/src/transaction.rs";

#[test]
fn all_pools_of_all_replicas_fit_into_the_database() {
    let services = Services::read();
    let mut sum = services.postgres.reserved;
    for service in services.product() {
        let each = service.connections.serving + service.connections.worker + service.connections.long_reads;
        // A rollout starts one more before it stops an old one.
        sum += each * (service.max_replicas + 1);
        println!("{}: {each} connections a replica", service.name);
    }
    let limit = services.postgres.max_connections;
    println!("{sum} of {limit} connections");
    assert!(sum <= limit, "{FILE}: {sum} connections, and Postgres accepts {limit}");
}

#[test]
fn settings_servers_and_autoscalers_follow_the_budget() {
    let services = Services::read();
    let mut faults = Vec::new();
    for service in services.iter() {
        let file = format!("services/{}/config.toml", service.name);
        let settings: toml::Value = toml::from_str(&fs::read_to_string(root().join(&file)).unwrap()).unwrap();
        let wanted = [
            ("connections_max", service.connections.serving),
            ("worker_connections_max", service.connections.worker),
            ("long_read_connections_max", service.connections.long_reads),
        ];
        for (setting, wanted) in wanted {
            let found = settings["database"].get(setting).and_then(toml::Value::as_integer);
            if found.unwrap_or(0) != i64::from(wanted) {
                faults.push(format!("{file}: want database.{setting} = {wanted}"));
            }
        }
    }
    let limit = format!("max_connections={}", services.postgres.max_connections);
    for file in ["deploy/local/postgres.sh", "deploy/compose.yaml"] {
        if !fs::read_to_string(root().join(file)).unwrap().contains(&limit) {
            faults.push(format!("{file}: want {limit}"));
        }
    }
    let replicas = services.product().map(|service| service.max_replicas).min().unwrap();
    let mut files = vec![root().join("k8s/base/every-service/autoscaler.yaml")];
    files.extend(
        folders("k8s/overlays")
            .iter()
            .map(|name| root().join("k8s/overlays").join(name).join("kustomization.yaml")),
    );
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        for line in text.lines().filter(|line| line.contains("maxReplicas")) {
            let number: u32 = line
                .rsplit(|c: char| !c.is_ascii_digit())
                .find(|part| !part.is_empty())
                .and_then(|part| part.parse().ok())
                .unwrap();
            if number > replicas {
                faults.push(format!(
                    "{}: {number} replicas, the budget is for {replicas}",
                    path.display()
                ));
            }
        }
    }
    none(&faults);
}

/// A transaction that was begun elsewhere would be left open by a caller who disconnects.
#[test]
fn transactions_are_begun_by_one_opener() {
    let mut faults = Vec::new();
    for room in ["crates", "services"] {
        for name in folders(room) {
            for source in rust_files(&format!("{room}/{name}/src")) {
                for (line, code) in source.code() {
                    let begins = [".begin()", ".begin_with(", "Acquire::begin", "\"BEGIN"]
                        .iter()
                        .any(|way| code.contains(way));
                    if begins && source.path != OPENER && !source.path.ends_with("/tests.rs") {
                        faults.push(format!("{}:{line}: {code}", source.path));
                    }
                }
            }
        }
    }
    none(&faults);
}
