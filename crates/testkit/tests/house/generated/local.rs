//! For the scripts in `deploy/`: the services, their ports, and the settings of test mode.

use super::File;
use crate::services::{Service, Services};

pub fn files(services: &Services) -> Vec<File> {
    vec![
        File::new("deploy/local/service-table.sh", "#", &table(services)),
        File::new("deploy/local/test-mode.env", "#", &test_mode(services)),
    ]
}

fn table(services: &Services) -> String {
    let names = |only: &dyn Fn(&&Service) -> bool| {
        let names: Vec<_> = services
            .iter()
            .filter(only)
            .map(|service| service.name.as_str())
            .collect();
        names.join(" ")
    };
    let public_schemas: Vec<_> = services
        .iter()
        .filter(|service| !service.routes.is_empty())
        .map(|service| service.schema.as_str())
        .collect();
    let pairs = |value: &dyn Fn(&Service) -> String| {
        let pairs: Vec<_> = services
            .iter()
            .map(|service| format!("[{}]={}", service.name, value(service)))
            .collect();
        pairs.join(" ")
    };
    let local: Vec<_> = services
        .iter()
        .flat_map(|service| {
            service
                .local_settings
                .iter()
                .map(move |(setting, value)| (service, setting, value))
        })
        .map(|(service, setting, value)| {
            let value = services
                .fill(value, Service::local_address)
                .replace("{run_dir}", "$RUN_DIR");
            format!("  \"{}={value}\"\n", service.variable(setting))
        })
        .collect();
    format!(
        "# Sourced by lib.sh; RUN_DIR is set.\n\
         # shellcheck shell=bash disable=SC2034\n\
         SERVICES=({all})\n\
         # behind the front door, each with an OpenAPI document\n\
         PUBLIC_SERVICES=({public})\n\
         # each with a user of its own at the broker\n\
         BROKER_SERVICES=({broker})\n\
         TEST_MODE_SERVICE={test_mode}\n\
         declare -A SERVICE_PORT=({ports})\n\
         PUBLIC_SCHEMAS=({public_schemas})\n\
         # settings of a system on one machine\n\
         LOCAL_SETTINGS=(\n{local})\n",
        all = names(&|_| true),
        public = names(&|service| !service.routes.is_empty()),
        broker = names(&|service| service.secrets.contains_key("broker")),
        test_mode = names(&|service| service.test_mode_only),
        public_schemas = public_schemas.join(" "),
        ports = pairs(&|service| service.port.to_string()),
        local = local.concat(),
    )
}

fn test_mode(services: &Services) -> String {
    let mut text = "\
# Settings of test mode beyond the defaults of services/<service>/config.toml. Read by deploy/local
# and compose; a service reads only what carries its own name.
"
    .to_owned();
    for service in services.iter() {
        for (setting, value) in &service.test_mode.settings {
            let value = services.fill(value, Service::local_address);
            text += &format!("{}={value}\n", service.variable(setting));
        }
    }
    text
}
