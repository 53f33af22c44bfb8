//! `.run/test-mode.json`: accounts, patients and addresses of test mode.

use anyhow::{Context, Result};
use serde_json::Value;
use std::{fs, io::Write, os::unix::fs::OpenOptionsExt, path::Path};

/// Name of the file, in the run directory.
pub const FILE: &str = "test-mode.json";

/// What test mode holds.
pub struct TestMode(Value);

impl TestMode {
    /// Reads the file.
    pub fn read(run_dir: &Path) -> Result<Self> {
        let path = run_dir.join(FILE);
        let text = fs::read_to_string(&path)
            .with_context(|| format!("{} cannot be read; is the system up? (make up)", path.display()))?;
        Ok(Self(serde_json::from_str(&text).with_context(|| {
            format!("{} is damaged; remove it and run make up", path.display())
        })?))
    }

    /// The account of a role in an organisation (its slug); `doctor2` is the doctor without
    /// consent.
    pub fn account(&self, organization: &str, name: &str) -> Result<&Value> {
        let found = self.0["accounts"].as_array().into_iter().flatten();
        let mut found = found.filter(|account| account["organization"] == organization && account["name"] == name);
        found
            .next()
            .with_context(|| format!("{FILE} has no account {name} of {organization}; remove it and run make up"))
    }

    /// The first patient of an organisation: active, with a copay and a chart.
    pub fn patient(&self, organization: &str) -> Result<&Value> {
        let mut found = self.0["patients"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|patient| patient["organization"] == organization);
        found
            .next()
            .with_context(|| format!("{FILE} has no patient of {organization}; remove it and run make up"))
    }
}

/// Writes a file that only its owner can read, all or nothing.
pub fn write_private(path: &Path, text: &str) -> Result<()> {
    let draft = path.with_extension("draft");
    let mut file = fs::OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(true)
        .mode(0o600)
        .open(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&draft, path).with_context(|| path.display().to_string())
}
