//! Small files, short functions, specific names.

use crate::source::{none, root, rust_files};

const MAX_FILE_LINES: usize = 500;
const MAX_MAIN_LINES: usize = 60;
const MAX_FUNCTION_LINES: usize = 70;
const NAMES_REFUSED: &[&str] = &[
    "common", "core", "shared", "utils", "util", "helpers", "helper", "types", "misc",
];

fn ours() -> Vec<crate::source::Source> {
    ["crates", "services", "deploy/e2e"]
        .iter()
        .flat_map(|folder| rust_files(folder))
        .collect()
}

#[test]
fn files_are_small() {
    let faults: Vec<_> = ours()
        .iter()
        .filter_map(|source| {
            let (lines, limit) = (
                source.text.lines().count(),
                if source.path.ends_with("/src/main.rs") {
                    MAX_MAIN_LINES
                } else {
                    MAX_FILE_LINES
                },
            );
            let limit = if source.path.contains("deploy/e2e") {
                MAX_FILE_LINES
            } else {
                limit
            };
            (lines > limit).then(|| format!("{}: {lines} lines, at most {limit}", source.path))
        })
        .collect();
    none(&faults);
}

#[test]
fn functions_are_short() {
    let mut faults = Vec::new();
    for source in ours().iter().filter(|source| !source.path.contains("/tests/")) {
        let mut open: Option<(usize, usize, &str)> = None;
        for (n, line) in source.text.lines().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let code = line.trim_start();
            if open.is_none()
                && (code.starts_with("fn ") || code.contains(" fn "))
                && !code.starts_with("//")
                && !line.trim_end().ends_with('}')
            {
                open = Some((n, indent, code));
            }
            if let Some((start, depth, name)) = open
                && indent == depth
                && (code.starts_with('}') || code.ends_with(';'))
                && n > start
            {
                if n - start + 1 > MAX_FUNCTION_LINES {
                    faults.push(format!(
                        "{}:{}: {} lines: {name}",
                        source.path,
                        start + 1,
                        n - start + 1
                    ));
                }
                open = None;
            }
        }
    }
    none(&faults);
}

#[test]
fn no_room_is_called_misc() {
    let faults: Vec<_> = ours()
        .iter()
        .filter(|source| source.path.split(['/', '.']).any(|part| NAMES_REFUSED.contains(&part)))
        .map(|source| source.path.clone())
        .collect();
    none(&faults);
}

#[test]
fn every_crate_and_service_says_what_it_is() {
    let mut faults = Vec::new();
    for folder in ["crates", "services"] {
        for name in crate::source::folders(folder) {
            if !root().join(folder).join(&name).join("README.md").is_file() {
                faults.push(format!("{folder}/{name} has no README.md"));
            }
        }
    }
    none(&faults);
}
