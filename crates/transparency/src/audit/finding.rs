//! What is found out about a log.

use crate::hash::Hash;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What was done to a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tampering {
    /// An entry, or its stored hash, has other bytes.
    Changed,
    /// An entry is gone.
    Missing,
    /// An entry came in later.
    Inserted,
    /// Entries are in another order.
    Swapped,
    /// The end is cut off.
    Truncated,
    /// A checkpoint has a bad signature.
    ForgedCheckpoint,
    /// Entries and all their stored hashes were written anew.
    Rewritten,
    /// Two signed checkpoints cannot be of one log.
    SplitView,
    /// The log is older than a checkpoint that it gave out.
    RolledBack,
    /// The columns that are searched by are not what the entry says.
    ColumnsDiffer,
    /// An entry was cut down to its hash and no logged pruning explains it.
    StubWithoutPruning,
}

impl Tampering {
    /// One plain sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Changed => "An entry or its stored hash was changed after it was logged.",
            Self::Missing => "An entry was removed.",
            Self::Inserted => "An entry was put in that was never logged there.",
            Self::Swapped => "Entries were put into another order.",
            Self::Truncated => "The end of the log was cut off.",
            Self::ForgedCheckpoint => "A checkpoint is not signed by the log's key.",
            Self::Rewritten => "Entries were rewritten with their hashes and contradict a signed checkpoint.",
            Self::SplitView => "The log signed two histories that contradict each other.",
            Self::RolledBack => "The log was set back to an earlier state than one it had signed.",
            Self::ColumnsDiffer => "The columns that are searched by differ from the entry itself.",
            Self::StubWithoutPruning => "An entry was reduced to its hash without a logged pruning.",
        }
    }
}

impl fmt::Display for Tampering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sentence())
    }
}

/// The result of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Nothing bad was found.
    pub ok: bool,
    /// How many entries there are.
    pub size: u64,
    /// The root over them; none where an entry is gone and not even its hash is left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root: Option<Hash>,
    /// Entries that a signed checkpoint confirms.
    pub signed_size: u64,
    /// Entries of which only the hash is left.
    pub stubs: u64,
    /// The first index where the log is not what it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_bad: Option<u64>,
    /// Whether `first_bad` is that very entry. Otherwise everything before it is whole and the
    /// damage is somewhere behind.
    pub exact: bool,
    /// What was done there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tampering: Option<Tampering>,
    /// For people.
    pub reason: String,
    /// Checkpoints that came too late to be compared: their place had already been passed.
    pub unchecked: u64,
}

/// One thing found.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    pub(super) index: u64,
    pub(super) exact: bool,
    pub(super) tampering: Tampering,
    pub(super) detail: String,
}

impl Finding {
    /// Of two things found at one place the entry itself counts more than its columns, the certain
    /// more than the supposed.
    pub(super) fn before(&self, other: &Self) -> bool {
        let rank = |finding: &Self| {
            let beside = matches!(
                finding.tampering,
                Tampering::ColumnsDiffer | Tampering::StubWithoutPruning
            );
            (finding.index, !finding.exact, beside)
        };
        rank(self) < rank(other)
    }

    pub(super) fn reason(&self) -> String {
        let place = if self.exact { "entry" } else { "from entry" };
        format!(
            "{} ({place} {}: {})",
            self.tampering.sentence(),
            self.index,
            self.detail
        )
    }
}
