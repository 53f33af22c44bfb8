//! Typed settings; `config.toml` beside this folder explains each.

use mc_access::AccessSettings;
use mc_chassis::settings::{DatabaseSettings, HttpSettings, TelemetrySettings};
use mc_keyring::SecretsConfig;
use serde::Deserialize;
use std::path::Path;

/// Everything that can be set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// How it listens.
    pub http: HttpSettings,
    /// Where secrets are.
    pub secrets: SecretsConfig,
    /// The pool.
    pub database: DatabaseSettings,
    /// What is told about the process.
    pub telemetry: TelemetrySettings,
    /// The broker.
    pub broker: BrokerSettings,
    /// Whose tokens are believed.
    pub access: AccessSettings,
    /// Signed checkpoints.
    pub checkpoints: CheckpointSettings,
    /// How long events are kept.
    pub retention: RetentionSettings,
    /// Breach detection.
    pub detection: DetectionSettings,
}

/// The broker.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrokerSettings {
    /// Put before every exchange and queue.
    pub prefix: String,
}

/// Signed checkpoints.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckpointSettings {
    /// How often a new one is signed while events come, in milliseconds.
    pub every_ms: u64,
    /// Folder outside the database that gets every one; empty: none.
    pub folder: String,
}

/// How long events are kept.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetentionSettings {
    /// Years after the end of their month; six at least.
    pub years: u32,
}

/// Breach detection.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DetectionSettings {
    /// How often the log is looked at where nothing new is known of, in milliseconds; 0: not at all.
    pub every_ms: u64,
    /// How often the log itself is looked after, in seconds.
    pub alarms_every_s: u64,
    /// How often what is usual is learned, in hours.
    pub learn_every_hours: u32,
    /// File of the rules; empty: those that come with the service.
    pub rules_file: String,
}

impl Settings {
    /// Defaults and environment.
    ///
    /// # Errors
    /// Naming the setting that is wrong.
    pub fn load() -> Result<Self, mc_chassis::settings::SettingsError> {
        mc_chassis::settings::load("audit", include_str!("../config.toml"))
    }

    /// For a command typed by hand beside a system that `make up` started: where the secrets folder that is set does not exist, the
    /// secrets and the checkpoints of that system.
    pub fn or_local(self, run_dir: &Path) -> Self {
        self.or_local_at(run_dir, "secrets/audit")
    }

    /// The same, with the secrets of another folder of that system: the owner's of the database.
    pub fn or_local_at(mut self, run_dir: &Path, secrets: &str) -> Self {
        let local = run_dir.join(secrets);
        let set = self.secrets.dir.as_ref().is_some_and(|dir| dir.exists());
        if !set && local.exists() {
            self.secrets.dir = Some(local);
            let folder = run_dir.join("audit-checkpoints");
            if self.checkpoints.folder.is_empty() && folder.exists() {
                self.checkpoints.folder = folder.display().to_string();
            }
        }
        self
    }
}
