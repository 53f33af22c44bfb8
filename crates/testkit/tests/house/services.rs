//! `services.toml`, and every hand-written place that must agree with it.

use crate::source::{folders, none, root, rust_files};
use serde::Deserialize;
use std::{collections::BTreeMap, fs, ops::Deref};

/// Read by `migrate` only, and listed in no row.
const OWNER_SECRET: &str = "database-owner";

/// Path of the file.
pub const FILE: &str = "services.toml";

/// A secret and its fields.
pub type Secrets = BTreeMap<String, Vec<String>>;
/// A setting as `section.key`, and its value.
pub type Settings = BTreeMap<String, Value>;

/// Value of a setting.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum Value {
    Switch(bool),
    Number(i64),
    Text(String),
}

/// All rows, in the order of the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Services {
    #[serde(default)]
    pub postgres: Postgres,
    #[serde(rename = "service")]
    rows: Vec<Service>,
}

/// The limits of the database.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Postgres {
    pub max_connections: u32,
    /// For migrations, retention, monitoring and operators.
    pub reserved: u32,
}

/// Connections of one replica.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Connections {
    pub serving: u32,
    pub worker: u32,
    pub long_reads: u32,
}

/// One row.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    pub name: String,
    pub port: u16,
    pub schema: String,
    pub purpose: String,
    #[serde(default)]
    pub routes: Vec<String>,
    #[serde(default)]
    pub callers: Vec<String>,
    #[serde(default)]
    pub upstreams: Vec<String>,
    #[serde(default)]
    pub connections: Connections,
    #[serde(default)]
    pub max_replicas: u32,
    #[serde(default)]
    pub secrets: Secrets,
    #[serde(default)]
    pub settings: Settings,
    #[serde(default)]
    pub local_settings: Settings,
    #[serde(default)]
    pub test_mode: TestMode,
    #[serde(default)]
    pub test_mode_only: bool,
    /// The section of settings that holds the addresses of all its callees, if there is one.
    #[serde(skip)]
    pub callees_section: Option<String>,
}

/// What test mode adds to a service.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestMode {
    #[serde(default)]
    pub callers: Vec<String>,
    #[serde(default)]
    pub secrets: Secrets,
    #[serde(default)]
    pub settings: Settings,
}

/// A route of the front door: `path` and everything below it, or that path only.
pub struct Route<'a> {
    pub path: &'a str,
    pub exact: bool,
    pub service: &'a str,
}

impl Deref for Services {
    type Target = [Service];

    fn deref(&self) -> &[Service] {
        &self.rows
    }
}

impl Services {
    pub fn read() -> Self {
        let text = fs::read_to_string(root().join(FILE)).unwrap();
        let mut services: Self = toml::from_str(&text).unwrap();
        services.expand();
        services
    }

    /// Replaces `section.*` by a setting for each service of the product that the row's service may
    /// call.
    fn expand(&mut self) {
        for n in 0..self.rows.len() {
            let section = |setting: &String| setting.strip_suffix(".*").map(str::to_owned);
            let Some(section) = self.rows[n].settings.keys().find_map(section) else {
                continue;
            };
            let callees = self.callees(&self.rows[n].name, false);
            let addresses: Vec<_> = callees
                .into_iter()
                .map(|callee| {
                    let setting = format!("{section}.{}", callee.replace('-', "_"));
                    (setting, Value::Text(format!("{{{callee}}}")))
                })
                .collect();
            let row = &mut self.rows[n];
            row.settings.remove(&format!("{section}.*"));
            row.settings.extend(addresses);
            row.callees_section = Some(section);
        }
    }

    /// The services of the product, without those of test mode.
    pub fn product(&self) -> impl Iterator<Item = &Service> {
        self.iter().filter(|service| !service.test_mode_only)
    }

    /// The routes of the front door: longer paths before their prefixes, as Kubernetes matches.
    pub fn routes(&self) -> Vec<Route<'_>> {
        let mut routes: Vec<_> = self
            .iter()
            .flat_map(|service| service.routes.iter().map(move |route| (route, service)))
            .map(|(route, service)| Route {
                path: route.strip_prefix("= ").unwrap_or(route),
                exact: route.starts_with("= "),
                service: &service.name,
            })
            .collect();
        routes.sort_by_key(|route| std::cmp::Reverse((route.exact, route.path.split('/').count())));
        routes
    }

    /// Replaces `{name}` in a value by what `address` returns for that service.
    pub fn fill(&self, value: &Value, address: impl Fn(&Service) -> String) -> String {
        let text = match value {
            Value::Switch(value) => value.to_string(),
            Value::Number(value) => value.to_string(),
            Value::Text(value) => value.clone(),
        };
        self.iter().fold(text, |text, service| {
            text.replace(&format!("{{{}}}", service.name), &address(service))
        })
    }

    /// Names of the services that `caller` may call.
    pub fn callees(&self, caller: &str, test_mode: bool) -> Vec<&str> {
        let called_by = |callers: &[String]| callers.iter().any(|who| who == caller || who == "every-service");
        self.iter()
            .filter(|service| service.name != caller)
            .filter(|service| {
                if test_mode {
                    called_by(&service.test_mode.callers) || (service.test_mode_only && called_by(&service.callers))
                } else {
                    !service.test_mode_only && called_by(&service.callers)
                }
            })
            .map(|service| service.name.as_str())
            .collect()
    }
}

impl Service {
    /// As in `MC_EHR_PROXY__SECTION__KEY`.
    pub fn variable(&self, setting: &str) -> String {
        format!("MC_{}__{}", self.name, setting.replace('.', "__"))
            .replace('-', "_")
            .to_uppercase()
    }

    /// Its URL on one machine.
    pub fn local_address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Its URL in a cluster.
    pub fn cluster_address(&self) -> String {
        format!("http://medconnect-{}", self.name)
    }
}

/// Line of `text` that contains `part`, for messages; the first if none does.
fn line_of(text: &str, part: &str) -> usize {
    text.lines().position(|line| line.contains(part)).map_or(1, |n| n + 1)
}

#[test]
fn rows_name_folders_ports_and_callers_that_exist() {
    let (services, text) = (Services::read(), fs::read_to_string(root().join(FILE)).unwrap());
    let mut faults = Vec::new();
    let mut fault = |part: &str, what: String| faults.push(format!("{FILE}:{}: {what}", line_of(&text, part)));
    for folder in folders("services") {
        if !services.iter().any(|service| service.name == folder) {
            fault("[[service]]", format!("services/{folder} has no row"));
        }
    }
    for (n, service) in services.iter().enumerate() {
        let row = format!("name = \"{}\"", service.name);
        if !root().join("services").join(&service.name).is_dir() {
            fault(&row, format!("there is no folder services/{}", service.name));
        }
        if !root().join("migrations").join(&service.schema).is_dir() {
            fault(&row, format!("there is no folder migrations/{}", service.schema));
        }
        for other in &services[..n] {
            if other.port == service.port || other.schema == service.schema || other.name == service.name {
                fault(
                    &row,
                    format!("{} and {} share name, port or schema", other.name, service.name),
                );
            }
        }
        for caller in service.callers.iter().chain(&service.test_mode.callers) {
            let known = ["front-door", "every-service"].contains(&caller.as_str());
            if !known && !services.iter().any(|service| service.name == *caller) {
                fault(&row, format!("caller {caller} is not a service"));
            }
        }
        if service.routes.is_empty() == service.callers.iter().any(|caller| caller == "front-door") {
            fault(&row, "routes and the caller front-door belong together".to_owned());
        }
    }
    none(&faults);
}

#[test]
fn addresses_are_the_defaults_of_the_service_and_its_callee_allows_the_call() {
    let services = Services::read();
    let mut faults = Vec::new();
    for service in services.iter() {
        let file = format!("services/{}/config.toml", service.name);
        let text = fs::read_to_string(root().join(&file)).unwrap();
        let defaults: toml::Value = toml::from_str(&text).unwrap();
        let default = |setting: &str| {
            let found = setting.split('.').try_fold(&defaults, |table, key| table.get(key));
            found.and_then(toml::Value::as_str).unwrap_or_default()
        };
        let bind = format!("127.0.0.1:{}", service.port);
        if default("http.bind") != bind {
            faults.push(format!("{file}:{}: want bind = \"{bind}\"", line_of(&text, "bind =")));
        }
        for (setting, value) in &service.settings {
            let wanted = services.fill(value, Service::local_address);
            if default(setting) != wanted {
                let key = setting.rsplit('.').next().unwrap_or_default();
                faults.push(format!("{file}:{}: want {setting} = \"{wanted}\"", line_of(&text, key)));
            }
        }
        for (settings, test_mode) in [(&service.settings, false), (&service.test_mode.settings, true)] {
            for value in settings.values() {
                let Value::Text(value) = value else { continue };
                let callee = value.strip_prefix('{').and_then(|rest| rest.split_once('}'));
                if let Some((callee, _)) = callee
                    && !services.callees(&service.name, test_mode).contains(&callee)
                {
                    faults.push(format!(
                        "{FILE}: {} calls {callee}, whose row does not list it",
                        service.name
                    ));
                }
            }
        }
    }
    none(&faults);
}

/// Secrets required by name in code, `require("secret", &["field", …])`, are in the service's row.
#[test]
fn secrets_that_code_requires_are_in_the_row() {
    let services = Services::read();
    let mut faults = Vec::new();
    for service in services.iter() {
        for source in rust_files(&format!("services/{}/src", service.name)) {
            for (line, code) in source.code() {
                let Some((_, rest)) = code.split_once(".require(\"") else {
                    continue;
                };
                let mut quoted = rest.split('"').step_by(2);
                let secret = quoted.next().unwrap_or_default();
                let listed = rest.split_once('[').and_then(|(_, list)| list.split_once(']'));
                let fields: Vec<&str> = listed.map_or(vec![], |(list, _)| list.split('"').skip(1).step_by(2).collect());
                let known = service.secrets.get(secret);
                if secret != OWNER_SECRET
                    && known.is_none_or(|known| fields.iter().any(|field| !known.iter().any(|k| k == field)))
                {
                    faults.push(format!(
                        "{}:{line}: secret {secret} {fields:?} is not in the row of {}",
                        source.path, service.name
                    ));
                }
            }
        }
    }
    none(&faults);
}
