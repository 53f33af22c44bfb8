//! The published samples, where they are available.

use std::path::PathBuf;

/// A sample that its publisher and the readers that assessed it call valid.
pub struct Sample {
    /// Path within the folder of samples.
    pub file: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// The folder of published data.
pub fn data() -> PathBuf {
    let default = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    std::env::var_os("MC_SHARED_DATA").map_or_else(default, PathBuf::from)
}

/// The samples of version 005010 with this verdict; empty where they are not available.
pub fn samples(verdict: &str) -> Vec<Sample> {
    let folder = data().join("x12");
    let manifest = std::fs::read(folder.join("manifest.json")).ok();
    let Some(manifest) = manifest.and_then(|text| serde_json::from_slice::<Vec<serde_json::Value>>(&text).ok()) else {
        println!("skipped: the samples are not on this machine");
        return Vec::new();
    };
    let text = |entry: &serde_json::Value, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
    let wanted = manifest
        .iter()
        .filter(|entry| text(entry, "valid") == verdict && text(entry, "version").starts_with("005010"));
    let read = |entry: &serde_json::Value| {
        let file = text(entry, "file");
        let bytes = std::fs::read(folder.join(&file)).ok()?;
        Some(Sample { file, bytes })
    };
    wanted.filter_map(read).collect()
}
