//! The route table of the documents, generated between two comments.

use super::File;
use crate::{services::Services, source::root};
use std::fs;

const BEGIN: &str = "<!-- routes: generated from services.toml by `make generate` -->\n";
const END: &str = "<!-- end of routes -->\n";

pub fn files(services: &Services) -> Vec<File> {
    let mut table = "| what | service | routes |\n|---|---|---|\n".to_owned();
    for service in services.product() {
        let routes: Vec<_> = service
            .routes
            .iter()
            .map(|route| match route.strip_prefix("= ") {
                Some(path) => format!("`{path}`"),
                None => format!("`{route}/…`"),
            })
            .collect();
        table += &format!("| {} | {} | {} |\n", service.purpose, service.name, routes.join(", "));
    }
    ["README.md", "docs/architecture.md"]
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(root().join(path)).unwrap();
            let (before, _) = text.split_once(BEGIN).unwrap();
            let (_, after) = text.split_once(END).unwrap();
            File {
                path: path.to_owned(),
                text: format!("{before}{BEGIN}{table}{END}{after}"),
            }
        })
        .collect()
}
