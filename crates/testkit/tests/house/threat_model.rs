//! What documents say about tests is true: each test and each `make` target that they name exists,
//! and an attack without a test is called that.

use crate::source::{none, root};
use std::fs;

const THREAT_MODEL: &str = "docs/threat-model.md";
/// Documents that name tests as `file::function`.
const DOCUMENTS: [&str; 2] = [THREAT_MODEL, "docs/figures/spine.md"];

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Why what is quoted does not exist; None where it does, or is neither a test nor a target.
fn missing(quoted: &str, makefile: &str) -> Option<String> {
    if let Some((file, function)) = quoted.split_once("::").filter(|(file, _)| file.contains('/')) {
        let Ok(text) = fs::read_to_string(root().join(file)) else {
            return Some(format!("no file {file}"));
        };
        let is_there = text.contains(&format!("fn {function}("));
        return (!is_there).then(|| format!("no function {function} in {file}"));
    }
    let target = quoted.strip_prefix("make ")?.split_whitespace().next()?;
    let is_there = makefile.lines().any(|line| line.starts_with(&format!("{target}:")));
    (!is_there).then(|| format!("no target {target}"))
}

#[test]
fn every_test_that_a_document_names_exists() {
    let makefile = read("Makefile");
    let mut faults = Vec::new();
    for document in DOCUMENTS {
        let text = read(document);
        let found = quoted(&text).filter_map(|quoted| missing(quoted, &makefile));
        faults.extend(found.map(|fault| format!("{document}: {fault}")));
    }
    none(&faults);
}

#[test]
fn every_attack_names_its_test_or_says_that_there_is_none() {
    let (mut faults, mut attacks, mut is_table) = (Vec::new(), 0, false);
    for (n, line) in (1..).zip(read(THREAT_MODEL).lines()) {
        if !line.starts_with("| ") {
            is_table &= line.starts_with('|');
            continue;
        }
        let cells: Vec<_> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        if cells[0].starts_with("attack") {
            is_table = true;
        } else if is_table {
            attacks += 1;
            let test = cells.get(2).copied().unwrap_or_default();
            if !test.contains("::") && !test.contains("`make ") && !test.starts_with("no test: ") {
                faults.push(format!("{THREAT_MODEL}:{n}: {}: no test", cells[0]));
            }
            if cells.len() < 4 {
                faults.push(format!("{THREAT_MODEL}:{n}: {} columns, 4 are needed", cells.len()));
            }
        }
    }
    assert!(attacks > 40, "{attacks} attacks were found");
    none(&faults);
}

#[test]
fn a_test_that_was_renamed_is_missed() {
    let own = "crates/testkit/tests/house/threat_model.rs";
    let makefile = "chaos: ## kill\n";
    assert_eq!(
        missing(&format!("{own}::a_test_that_was_renamed_is_missed"), makefile),
        None
    );
    assert!(missing(&format!("{own}::another_name"), makefile).is_some());
    assert!(missing("crates/none.rs::a_test", makefile).is_some());
    assert_eq!(missing("make chaos", makefile), None);
    assert!(missing("make peace", makefile).is_some());
    assert_eq!(missing("X-Forwarded-For", makefile), None);
}
