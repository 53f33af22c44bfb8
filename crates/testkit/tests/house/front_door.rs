//! Problems that the front door returns by itself have the texts of the error catalogue.

use crate::source::{none, root};
use mc_vocabulary::problem::GENERAL;
use serde_json::Value;
use std::fs;

#[test]
fn refusals_of_the_front_door_are_kinds_of_problem() {
    let file = "deploy/nginx/server.conf";
    let text = fs::read_to_string(root().join(file)).unwrap();
    let (mut faults, mut seen) = (Vec::new(), 0);
    for (n, line) in text.lines().enumerate() {
        let Some((status, body)) = line
            .trim()
            .strip_prefix("return ")
            .and_then(|rest| rest.split_once(" '"))
        else {
            continue;
        };
        seen += 1;
        let problem: Value = serde_json::from_str(body.trim_end_matches("';")).unwrap();
        let known = GENERAL.iter().any(|kind| {
            problem["type"] == format!("urn:medconnect:problem:{}", kind.code)
                && problem["title"] == kind.title
                && problem["status"] == kind.status
                && status == kind.status.to_string()
        });
        if !known || problem["instance"] != "urn:trace:$trace_id" {
            faults.push(format!(
                "{file}:{}: not a kind of crates/vocabulary/src/problem.rs",
                n + 1
            ));
        }
    }
    assert!(seen >= 8, "{file} has too few problems");
    none(&faults);
}
