//! Files generated from `services.toml`: `make generate` writes them, otherwise they are compared.
#![expect(
    clippy::format_push_string,
    clippy::format_collect,
    reason = "a few kilobytes of text, once a run"
)]

mod compose;
mod defaults;
mod documents;
mod front_door;
mod kubernetes;
mod local;
mod postgres;
mod rabbitmq;

use crate::{
    services::Services,
    source::{none, root},
};
use std::fs;

/// First line of every generated file, after the comment sign.
pub const HEADER: &str = "Generated from services.toml by `make generate`; do not edit.";

/// A generated file: path from the root, and text.
pub struct File {
    pub path: String,
    pub text: String,
}

impl File {
    /// A file whose comments begin with `sign`.
    pub fn new(path: impl Into<String>, sign: &str, text: &str) -> Self {
        Self {
            path: path.into(),
            text: format!("{sign} {HEADER}\n{text}"),
        }
    }

    /// A file of a format without comments.
    pub fn plain(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }
}

/// Every file that is generated as a whole, and those with a generated part.
pub fn files() -> Vec<File> {
    let services = Services::read();
    [
        defaults::files(&services),
        local::files(&services),
        front_door::files(&services),
        postgres::files(&services),
        rabbitmq::files(&services),
        compose::files(&services),
        kubernetes::files(&services),
        documents::files(&services),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[expect(clippy::disallowed_methods, reason = "says whether to write")]
fn is_update() -> bool {
    std::env::var("MC_UPDATE_DOCS").is_ok()
}

#[test]
fn generated_files_follow_services_toml() {
    let mut faults = Vec::new();
    for File { path, text } in files() {
        let found = fs::read_to_string(root().join(&path)).unwrap_or_default();
        if found == text {
            continue;
        }
        if is_update() {
            fs::create_dir_all(root().join(&path).parent().unwrap()).unwrap();
            fs::write(root().join(&path), &text).unwrap();
        } else {
            let same = found
                .lines()
                .zip(text.lines())
                .take_while(|(found, wanted)| found == wanted);
            let line = same.count();
            let wanted = text.lines().nth(line).unwrap_or("(end of file)");
            faults.push(format!(
                "{path}:{}: want `{wanted}`; `make generate` writes it",
                line + 1
            ));
        }
    }
    none(&faults);
}
