//! Settings: the service's commented defaults, overridden by the environment.

use serde::{Deserialize, de::DeserializeOwned};
use std::{collections::HashMap, net::SocketAddr};

/// A setting is missing, unknown or of the wrong type; the message names it.
#[derive(Debug, thiserror::Error)]
#[error("settings of {service}: {source}; set it in config.toml or as MC_{prefix}__SECTION__KEY")]
pub struct SettingsError {
    service: String,
    prefix: String,
    source: config::ConfigError,
}

/// Reads `defaults` (TOML) and then `MC_<SERVICE>__SECTION__KEY` from the environment.
///
/// # Errors
/// [`SettingsError`] naming the setting that is missing, unknown or of the wrong type.
pub fn load<T: DeserializeOwned>(service: &str, defaults: &str) -> Result<T, SettingsError> {
    read(service, defaults)
        .and_then(config::Config::try_deserialize)
        .map_err(|source| SettingsError::new(service, source))
}

/// Sections of the settings that are read but not interpreted yet.
pub struct Sections {
    service: String,
    sections: HashMap<String, config::Value>,
}

impl Sections {
    /// The sections as `T`.
    ///
    /// # Errors
    /// As [`load`].
    pub fn interpret<T: DeserializeOwned>(self) -> Result<T, SettingsError> {
        config::Value::new(None, config::ValueKind::Table(self.sections))
            .try_deserialize()
            .map_err(|source| SettingsError::new(&self.service, source))
    }
}

/// Reads the settings in two parts: the sections named in `first`, and all others.
///
/// # Errors
/// As [`load`].
pub fn load_parts(service: &str, defaults: &str, first: &[&str]) -> Result<(Sections, Sections), SettingsError> {
    let all: HashMap<String, config::Value> = load(service, defaults)?;
    let (first, others) = all.into_iter().partition(|(name, _)| first.contains(&name.as_str()));
    let part = |sections| Sections {
        service: service.to_owned(),
        sections,
    };
    Ok((part(first), part(others)))
}

fn read(service: &str, defaults: &str) -> Result<config::Config, config::ConfigError> {
    config::Config::builder()
        .add_source(config::File::from_str(defaults, config::FileFormat::Toml))
        .add_source(
            config::Environment::with_prefix(&format!("MC_{}", prefix(service)))
                .prefix_separator("__")
                .separator("__")
                .try_parsing(true),
        )
        .build()
}

impl SettingsError {
    fn new(service: &str, source: config::ConfigError) -> Self {
        Self {
            service: service.to_owned(),
            prefix: prefix(service),
            source,
        }
    }
}

/// `ehr-proxy` is `EHR_PROXY` in the environment.
fn prefix(service: &str) -> String {
    service.to_uppercase().replace('-', "_")
}

/// Settings of the HTTP server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpSettings {
    /// Address and port; port 0 binds a free one.
    pub bind: SocketAddr,
    /// Maximum size of a request body in bytes.
    #[serde(default = "body_bytes_max")]
    pub body_bytes_max: usize,
    /// How long a request may take until its response begins, in milliseconds. Then it is ended
    /// with 503: what it waits for will not come, such as an answer on a connection that was lost
    /// without a word. Longer than the front door waits.
    #[serde(default = "request_timeout_ms")]
    pub request_timeout_ms: u64,
    /// How long a stop waits for requests and tasks, in milliseconds.
    #[serde(default = "stop_grace_ms")]
    pub stop_grace_ms: u64,
    /// Number of worker threads.
    #[serde(default = "workers")]
    pub workers: usize,
    /// Origins whose pages may call the API from a browser (CORS), separated by spaces:
    /// `https://app.clinic.example https://admin.clinic.example`. Empty: none.
    #[serde(default)]
    pub cors_origins: CorsOrigins,
}

/// Allowed origins, each `scheme://host[:port]`. Every origin (`*`) is refused because callers send
/// credentials.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct CorsOrigins(Vec<String>);

impl CorsOrigins {
    /// The origins as configured.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether no origin is allowed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl TryFrom<String> for CorsOrigins {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let origins: Vec<_> = text.split_whitespace().map(str::to_owned).collect();
        let is_origin = |text: &String| {
            let url = url::Url::parse(text).ok();
            url.is_some_and(|url| {
                matches!(url.scheme(), "https" | "http") && url.origin().ascii_serialization() == *text
            })
        };
        match origins.iter().find(|origin| !is_origin(origin)) {
            None => Ok(Self(origins)),
            Some(wrong) => Err(format!(
                "`{wrong}` is not an origin: expected https://host or https://host:port"
            )),
        }
    }
}

fn body_bytes_max() -> usize {
    256 * 1024
}
fn request_timeout_ms() -> u64 {
    45_000
}
fn stop_grace_ms() -> u64 {
    8_000
}
fn workers() -> usize {
    2
}

/// Logs, traces and metrics.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TelemetrySettings {
    /// Log filter in the syntax of `RUST_LOG`.
    pub log: Option<String>,
    /// Base URL of an OTLP/HTTP receiver, such as `http://collector:4318`. None: no export.
    pub otlp_endpoint: Option<url::Url>,
    /// File for every span as OTLP JSON, one line per batch. None: not written.
    pub span_file: Option<std::path::PathBuf>,
}

/// Sizes and timeouts of the Postgres pools. A pool for each purpose, so that none takes the
/// connections of another.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSettings {
    /// Maximum number of connections for requests.
    #[serde(default = "connections_max")]
    pub connections_max: u32,
    /// Maximum number of connections for workers and consumers.
    #[serde(default = "worker_connections_max")]
    pub worker_connections_max: u32,
    /// Maximum number of connections for long reads, half of them for requests and half for
    /// workers.
    #[serde(default = "long_read_connections_max")]
    pub long_read_connections_max: u32,
    /// How long a request waits for a connection, in milliseconds.
    #[serde(default = "acquire_timeout_ms")]
    pub acquire_timeout_ms: u64,
    /// Longest statement of a request, in milliseconds.
    #[serde(default = "statement_timeout_ms")]
    pub statement_timeout_ms: u64,
    /// Longest statement of a worker, in milliseconds.
    #[serde(default = "worker_statement_timeout_ms")]
    pub worker_statement_timeout_ms: u64,
    /// Longest statement among long reads, in milliseconds.
    #[serde(default = "long_read_statement_timeout_ms")]
    pub long_read_statement_timeout_ms: u64,
    /// How long a statement waits for a lock, in milliseconds.
    #[serde(default = "lock_timeout_ms")]
    pub lock_timeout_ms: u64,
    /// How long a transaction may wait for its next statement, in milliseconds. Then the server
    /// ends it and frees its locks: its process hangs.
    #[serde(default = "idle_in_transaction_timeout_ms")]
    pub idle_in_transaction_timeout_ms: u64,
}

impl Default for DatabaseSettings {
    fn default() -> Self {
        Self {
            connections_max: connections_max(),
            worker_connections_max: worker_connections_max(),
            long_read_connections_max: long_read_connections_max(),
            acquire_timeout_ms: acquire_timeout_ms(),
            statement_timeout_ms: statement_timeout_ms(),
            worker_statement_timeout_ms: worker_statement_timeout_ms(),
            long_read_statement_timeout_ms: long_read_statement_timeout_ms(),
            lock_timeout_ms: lock_timeout_ms(),
            idle_in_transaction_timeout_ms: idle_in_transaction_timeout_ms(),
        }
    }
}

fn connections_max() -> u32 {
    5
}
fn worker_connections_max() -> u32 {
    2
}
fn long_read_connections_max() -> u32 {
    2
}
fn acquire_timeout_ms() -> u64 {
    3_000
}
fn statement_timeout_ms() -> u64 {
    10_000
}
fn worker_statement_timeout_ms() -> u64 {
    60_000
}
fn long_read_statement_timeout_ms() -> u64 {
    300_000
}
fn lock_timeout_ms() -> u64 {
    5_000
}
fn idle_in_transaction_timeout_ms() -> u64 {
    15_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Example {
        http: HttpSettings,
    }

    #[test]
    fn origins_are_listed_by_name_and_never_all() {
        let origins = |text: &str| CorsOrigins::try_from(text.to_owned());
        assert_eq!(origins("https://a.test  http://b.test:8080").unwrap().iter().count(), 2);
        assert!(origins("").unwrap().is_empty());
        for wrong in ["*", "https://*.a.test/", "a.test", "https://a.test/path", "null"] {
            assert!(origins(wrong).unwrap_err().contains("is not an origin"), "{wrong}");
        }
    }

    #[test]
    fn an_unknown_setting_is_named() {
        let error = load::<Example>("example", "[http]\nbind = '127.0.0.1:0'\nbnd = 1").unwrap_err();
        assert!(error.to_string().contains("bnd"), "{error}");
        let example: Example = load("example", "[http]\nbind = '127.0.0.1:0'").unwrap();
        assert_eq!(example.http.workers, 2);
    }
}
