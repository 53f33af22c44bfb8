//! The section of a service's `config.toml` that holds the addresses of its callees, generated
//! between two comments.

use super::File;
use crate::{
    services::{Service, Services},
    source::root,
};
use std::fs;

const BEGIN: &str = "# generated from services.toml by `make generate`\n";
const END: &str = "# end of generated\n";

pub fn files(services: &Services) -> Vec<File> {
    let with_section = services.iter().filter_map(|service| {
        let section = service.callees_section.as_ref()?;
        Some((service, format!("{section}.")))
    });
    with_section
        .map(|(service, section)| {
            let path = format!("services/{}/config.toml", service.name);
            let text = fs::read_to_string(root().join(&path)).unwrap();
            let (before, _) = text.split_once(BEGIN).unwrap();
            let (_, after) = text.split_once(END).unwrap();
            let addresses = service.settings.iter().filter_map(|(setting, value)| {
                let key = setting.strip_prefix(&section)?;
                Some(format!(
                    "{key} = \"{}\"\n",
                    services.fill(value, Service::local_address)
                ))
            });
            let addresses: String = addresses.collect();
            File {
                path,
                text: format!("{before}{BEGIN}{addresses}{END}{after}"),
            }
        })
        .collect()
}
