//! Exports: a log as a file of lines that is verified with the public key alone.
//!
//! The first line is the [`Header`]. Each entry is a line: its exact bytes, or `{"stub":"<hash>"}`
//! where only the hash is left. After every 256 entries, and after the last,
//! `{"hashes":"<base64>","from":n}` holds the leaf hashes as the log stored them: with them the
//! check names the changed entry. `{"sealed":…}` belongs to the entry before it and is skipped.
//! `{"checkpoint":"<note>"}` follows the entry with which the log reached the checkpoint's size;
//! the last one ends the file.

mod read;
mod stubs;
mod write;

pub use read::{ExportError, ExportVerdict, Record, records, verify};
pub use write::{ExportWriter, WriteError};

use serde::{Deserialize, Serialize};

/// Name and version of the form.
pub const FORMAT: &str = "medconnect-audit-export/1";

/// How every entry begins.
pub const LEAF_START: &[u8] = b"{\"version\":";

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// [`FORMAT`].
    pub format: String,
    /// The log's name, as its checkpoints have it.
    pub origin: String,
    /// Whose log.
    pub organization_id: String,
    /// Index of the first entry: 0.
    pub from: u64,
    /// How many entries follow.
    pub size: u64,
    /// When it was made.
    pub exported_at: String,
}

impl Header {
    /// Of a whole log.
    pub fn new(
        origin: impl Into<String>,
        organization_id: impl Into<String>,
        size: u64,
        exported_at: impl Into<String>,
    ) -> Self {
        Self {
            format: FORMAT.to_owned(),
            origin: origin.into(),
            organization_id: organization_id.into(),
            from: 0,
            size,
            exported_at: exported_at.into(),
        }
    }
}

/// Lines of a log that are no entries.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Line<'a> {
    /// What is left of a pruned entry.
    Stub(crate::Hash),
    /// A signed note.
    Checkpoint(std::borrow::Cow<'a, str>),
}

/// Leaf hashes as the log stored them.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Hashes<'a> {
    pub(crate) hashes: std::borrow::Cow<'a, str>,
    pub(crate) from: u64,
}
