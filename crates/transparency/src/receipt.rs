//! Receipts: one file that proves, with the public key alone, that the log contains an entry (C2SP
//! tlog-proof; the entry is its extra data).

use crate::{
    checkpoint::{self, Checkpoint, NoteError, VerifierKey},
    hash::Hash,
    tree::{proof::ProofError, verify::verify_inclusion},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use std::{fmt, str::FromStr};

const FORMAT: &str = "c2sp.org/tlog-proof@v1";

/// Hashes of a proof in the deepest tree that can be numbered.
const PROOF_MAX: usize = 64;

/// An entry with the proof that a log holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The entry's bytes.
    pub leaf: Vec<u8>,
    /// Its index.
    pub index: u64,
    /// The inclusion proof in the tree of the checkpoint.
    pub proof: Vec<Hash>,
    /// The checkpoint as a signed note.
    pub note: String,
}

/// Why a receipt proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// Not a receipt at all.
    #[error("not a receipt: line {line} is not what it should be")]
    Malformed {
        /// The first line that is wrong, from 1.
        line: usize,
    },
    /// Its checkpoint does not verify.
    #[error("the checkpoint cannot be verified: {0}")]
    Note(#[from] NoteError),
    /// The entry is not in the tree of the checkpoint.
    #[error("the entry is not in the signed tree: {0}")]
    Proof(#[from] ProofError),
}

impl Receipt {
    /// The log that the checkpoint names; not yet checked.
    pub fn origin(&self) -> Option<&str> {
        self.note.split('\n').next()
    }

    /// Checks signature and proof; gives the checkpoint that it stands under.
    pub fn verify(&self, keys: &[VerifierKey]) -> Result<Checkpoint, ReceiptError> {
        let checkpoint = checkpoint::verify(&self.note, keys)?;
        let leaf = Hash::leaf(&self.leaf);
        verify_inclusion(leaf, self.index, checkpoint.size, &self.proof, checkpoint.root)?;
        Ok(checkpoint)
    }
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FORMAT}")?;
        writeln!(f, "extra {}", BASE64_STANDARD.encode(&self.leaf))?;
        writeln!(f, "index {}", self.index)?;
        for hash in &self.proof {
            writeln!(f, "{}", hash.to_base64())?;
        }
        write!(f, "\n{}", self.note)
    }
}

impl FromStr for Receipt {
    type Err = ReceiptError;

    fn from_str(text: &str) -> Result<Self, ReceiptError> {
        let (head, note) = text.split_once("\n\n").ok_or(ReceiptError::Malformed { line: 1 })?;
        let mut lines = (1..).zip(head.split('\n'));
        let mut read = |what: fn(&str) -> Option<&str>| match lines.next() {
            Some((line, text)) => what(text).ok_or(ReceiptError::Malformed { line }),
            None => Err(ReceiptError::Malformed { line: 1 }),
        };
        read(|line| (line == FORMAT).then_some(line))?;
        let leaf = read(|line| line.strip_prefix("extra "))?;
        let leaf = BASE64_STANDARD
            .decode(leaf)
            .map_err(|_| ReceiptError::Malformed { line: 2 })?;
        let index = read(|line| line.strip_prefix("index "))?;
        let number: u64 = index.parse().map_err(|_| ReceiptError::Malformed { line: 3 })?;
        if number.to_string() != index {
            return Err(ReceiptError::Malformed { line: 3 });
        }
        let hash = |(line, text): (usize, &str)| {
            let hash = Hash::from_base64(text).filter(|_| line <= 3 + PROOF_MAX);
            hash.ok_or(ReceiptError::Malformed { line })
        };
        Ok(Self {
            leaf,
            index: number,
            proof: lines.map(hash).collect::<Result<_, _>>()?,
            note: note.to_owned(),
        })
    }
}
