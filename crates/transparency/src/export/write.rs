//! Writing an export.

use super::{Hashes, Header, LEAF_START, Line};
use crate::{hash::Hash, tree::tile::TILE_WIDTH};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Serialize;
use std::{borrow::Cow, io::Write};

/// An export that could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The file did not take it.
    #[error("the export could not be written: {0}")]
    Io(#[from] std::io::Error),
    /// A value had no JSON form.
    #[error("a line of the export could not be written: {0}")]
    Json(#[from] serde_json::Error),
    /// The bytes would not be read as an entry.
    #[error("entry {0} does not begin as an entry does, or holds a line feed")]
    NotLeaf(u64),
}

/// Writes an export line by line.
#[derive(Debug)]
pub struct ExportWriter<W> {
    out: W,
    next: u64,
    hashes: Vec<Hash>,
}

impl<W: Write> ExportWriter<W> {
    /// Begins with the header.
    pub fn new(out: W, header: &Header) -> Result<Self, WriteError> {
        let mut writer = Self {
            out,
            next: 0,
            hashes: Vec::with_capacity(usize::from(TILE_WIDTH)),
        };
        writer.line(header)?;
        Ok(writer)
    }

    /// The next entry, with its hash as the log stored it.
    pub fn entry(&mut self, leaf: &[u8], stored: Hash) -> Result<(), WriteError> {
        if !leaf.starts_with(LEAF_START) || leaf.contains(&b'\n') {
            return Err(WriteError::NotLeaf(self.next));
        }
        self.full()?;
        self.out.write_all(leaf)?;
        self.out.write_all(b"\n")?;
        self.counted(stored);
        Ok(())
    }

    /// The next entry, of which only the hash is left.
    pub fn stub(&mut self, stored: Hash) -> Result<(), WriteError> {
        self.full()?;
        self.line(&Line::Stub(stored))?;
        self.counted(stored);
        Ok(())
    }

    /// Something that belongs to the entry just written and that verifiers pass over.
    pub fn sealed<T: Serialize>(&mut self, value: &T) -> Result<(), WriteError> {
        #[derive(Serialize)]
        struct Sealed<'a, T> {
            sealed: &'a T,
        }
        self.line(&Sealed { sealed: value })
    }

    /// A checkpoint of the size that has just been reached.
    pub fn checkpoint(&mut self, note: &str) -> Result<(), WriteError> {
        self.line(&Line::Checkpoint(Cow::Borrowed(note)))
    }

    /// Ends with the checkpoint over all entries.
    pub fn finish(mut self, note: &str) -> Result<W, WriteError> {
        self.tile()?;
        self.checkpoint(note)?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn counted(&mut self, stored: Hash) {
        self.hashes.push(stored);
        self.next += 1;
    }

    /// Hashes stand behind what belongs to the last of their entries.
    fn full(&mut self) -> Result<(), WriteError> {
        if self.hashes.len() == usize::from(TILE_WIDTH) {
            self.tile()?;
        }
        Ok(())
    }

    fn tile(&mut self) -> Result<(), WriteError> {
        if self.hashes.is_empty() {
            return Ok(());
        }
        let bytes: Vec<u8> = self.hashes.iter().flat_map(Hash::as_bytes).copied().collect();
        let from = self.next - self.hashes.len() as u64;
        self.hashes.clear();
        self.line(&Hashes {
            hashes: Cow::Owned(BASE64_STANDARD.encode(bytes)),
            from,
        })
    }

    fn line<T: Serialize>(&mut self, value: &T) -> Result<(), WriteError> {
        serde_json::to_writer(&mut self.out, value)?;
        self.out.write_all(b"\n")?;
        Ok(())
    }
}
