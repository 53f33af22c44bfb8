//! Checking an export: line by line, without reading the JSON of an entry.

use super::{FORMAT, Hashes, Header, LEAF_START, Line, stubs::Stubs};
use crate::{
    audit::{Checker, Content, Seen, Tampering, Verdict},
    checkpoint::{self, VerifierKey},
    hash::{Hash, LEAF_PREFIX},
    tree::tile::{TILE_WIDTH, Tile},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use std::io::{BufRead, Read};

/// The longest line that is read; a line of hashes is 11 KB.
const LINE_MAX: u64 = 4 << 20;

/// A file that cannot be checked.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// It could not be read.
    #[error("the file cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// It does not begin as an export does.
    #[error("not an export of the form {FORMAT}")]
    NotExport,
    /// Nothing that we write is so long.
    #[error("line {0} is too long")]
    LineTooLong(u64),
}

/// What was found out about an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportVerdict {
    /// What the file says about itself.
    pub header: Header,
    /// Whether that is so.
    pub verdict: Verdict,
}

/// A line of an export.
#[derive(Debug, Clone, PartialEq)]
pub enum Record {
    /// An entry: its bytes.
    Leaf(Vec<u8>),
    /// An entry of which only the hash is left.
    Stub(Hash),
    /// What belongs to the entry before it.
    Sealed(serde_json::Value),
    /// A signed note.
    Checkpoint(String),
}

/// Reads an export that [`verify`] found whole: what it says about itself, then line by line.
/// Nothing is checked.
pub fn records<R: BufRead>(
    file: R,
) -> Result<(Header, impl Iterator<Item = Result<Record, ExportError>>), ExportError> {
    let mut lines = Lines::new(file);
    let header = header(&mut lines)?;
    let mut next = move || {
        while lines.next()? {
            if let Some(record) = record(lines.line())? {
                return Ok(Some(record));
            }
        }
        Ok(None)
    };
    Ok((header, std::iter::from_fn(move || next().transpose())))
}

fn record(line: &[u8]) -> Result<Option<Record>, ExportError> {
    #[derive(serde::Deserialize)]
    struct Sealed {
        sealed: serde_json::Value,
    }
    if line.starts_with(LEAF_START) {
        return Ok(Some(Record::Leaf(line.to_vec())));
    }
    if line.starts_with(b"{\"hashes\":") {
        return Ok(None);
    }
    let record = if line.starts_with(b"{\"sealed\":") {
        serde_json::from_slice(line).map(|Sealed { sealed }| Record::Sealed(sealed))
    } else {
        serde_json::from_slice(line).map(|line| match line {
            Line::Stub(hash) => Record::Stub(hash),
            Line::Checkpoint(note) => Record::Checkpoint(note.into_owned()),
        })
    };
    record.map(Some).map_err(|_| ExportError::NotExport)
}

fn header<R: BufRead>(lines: &mut Lines<R>) -> Result<Header, ExportError> {
    if !lines.next()? {
        return Err(ExportError::NotExport);
    }
    let header: Header = serde_json::from_slice(lines.line()).map_err(|_| ExportError::NotExport)?;
    if header.format != FORMAT || header.from != 0 {
        return Err(ExportError::NotExport);
    }
    Ok(header)
}

/// Checks an export against the public keys of its log.
pub fn verify<R: BufRead>(file: R, keys: &[VerifierKey]) -> Result<ExportVerdict, ExportError> {
    let mut lines = Lines::new(file);
    let header = header(&mut lines)?;
    let mut check = Check {
        checker: Checker::counted(),
        stubs: Stubs::new(),
        origin: &header.origin,
        keys,
    };
    check.checker.expect_size(header.size);
    while lines.next()? {
        check.line(&lines);
    }
    let verdict = check.finish();
    Ok(ExportVerdict { header, verdict })
}

struct Check<'a> {
    checker: Checker,
    stubs: Stubs,
    origin: &'a str,
    keys: &'a [VerifierKey],
}

impl Check<'_> {
    fn line<R: BufRead>(&mut self, lines: &Lines<R>) {
        let line = lines.line();
        if line.starts_with(LEAF_START) || !self.other(line) {
            let hash = Hash::leaf_prefixed(lines.prefixed());
            self.checker.entry(self.checker.next(), Content::Hashed(hash), None);
            self.stubs.leaf(line);
        }
    }

    /// Takes a line that is no entry; false where it is none that we write, and so must have been
    /// an entry once.
    fn other(&mut self, line: &[u8]) -> bool {
        if line.starts_with(b"{\"sealed\":") {
            return true;
        }
        if line.starts_with(b"{\"hashes\":") {
            // They only help to find a place: without them the damage is still found.
            if let Some((index, hashes)) = tile(line) {
                self.checker.tile(index, hashes);
            }
            return true;
        }
        match serde_json::from_slice(line) {
            Ok(Line::Stub(hash)) => {
                self.stubs.stub(self.checker.next());
                self.checker.entry(self.checker.next(), Content::Stub(hash), None);
            }
            Ok(Line::Checkpoint(note)) => self.checkpoint(&note),
            Err(_) => return false,
        }
        true
    }

    fn checkpoint(&mut self, note: &str) {
        match checkpoint::verify(note, self.keys) {
            Ok(checkpoint) if checkpoint.origin == self.origin => self.checker.checkpoint(&checkpoint, Seen::InLog),
            Ok(_) => self.checker.forged("a checkpoint is of another log"),
            Err(error) => self.checker.forged(&error.to_string()),
        }
    }

    fn finish(mut self) -> Verdict {
        if let Some(index) = self.stubs.unexplained() {
            let detail = "no announcement of a pruning in the log names it";
            self.checker.found(index, Tampering::StubWithoutPruning, detail);
        }
        self.checker.finish()
    }
}

fn tile(line: &[u8]) -> Option<(u64, Vec<Hash>)> {
    let Hashes { hashes, from } = serde_json::from_slice(line).ok()?;
    let tile = Tile::from_bytes(&BASE64_STANDARD.decode(hashes.as_bytes()).ok()?)?;
    let width = u64::from(TILE_WIDTH);
    (from % width == 0).then(|| (from / width, tile.hashes().to_vec()))
}

/// Lines behind the byte that a leaf is hashed with, so that an entry is hashed where it stands.
struct Lines<R> {
    file: R,
    buffer: Vec<u8>,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    fn new(file: R) -> Self {
        Self {
            file,
            buffer: Vec::new(),
            number: 0,
        }
    }

    /// Reads the next line. A line that was cut off before its end is none.
    fn next(&mut self) -> Result<bool, ExportError> {
        self.buffer.clear();
        self.buffer.push(LEAF_PREFIX);
        self.number += 1;
        let read = (&mut self.file).take(LINE_MAX).read_until(b'\n', &mut self.buffer)?;
        if self.buffer.pop_if(|last| *last == b'\n').is_some() {
            return Ok(true);
        }
        if read as u64 == LINE_MAX {
            return Err(ExportError::LineTooLong(self.number));
        }
        Ok(false)
    }

    fn prefixed(&self) -> &[u8] {
        &self.buffer
    }

    fn line(&self) -> &[u8] {
        self.buffer.get(1..).unwrap_or_default()
    }
}
