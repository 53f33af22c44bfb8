//! The settings that are audit's own; `config.toml` explains each.

use serde::Deserialize;
use std::path::Path;

/// The sections that are audit's own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Signed checkpoints.
    pub checkpoints: CheckpointSettings,
    /// How long events are kept.
    pub retention: RetentionSettings,
    /// Breach detection.
    pub detection: DetectionSettings,
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
    /// How often the log is looked at where nothing new is known of, in milliseconds; 0: not at
    /// all.
    pub every_ms: u64,
    /// How often the log itself is looked after, in seconds.
    pub alarms_every_s: u64,
    /// How often what is usual is learned, in hours.
    pub learn_every_hours: u32,
    /// File of the rules; empty: those that come with the service.
    pub rules_file: String,
}

/// For a command that is run by hand beside a system that `make up` started in `run_dir`: where the
/// secrets folder of the settings does not exist, the folder `secrets` of that system and its
/// checkpoints are used.
pub fn use_local_system(settings: &mut mc_service_kit::Settings<Settings>, run_dir: &Path, secrets: &str) {
    let local = run_dir.join(secrets);
    let is_set = settings.common.secrets.dir.as_ref().is_some_and(|dir| dir.exists());
    if is_set || !local.exists() {
        return;
    }
    settings.common.secrets.dir = Some(local);
    let folder = run_dir.join("audit-checkpoints");
    let own = &mut settings.own.checkpoints.folder;
    if own.is_empty() && folder.exists() {
        *own = folder.display().to_string();
    }
}
