//! Keeps claims in a file until their interchange has ended, for inputs of any size.
//!
//! The file holds transaction sets one after another: the offset of its header in digits, its
//! entries, its header. What is rejected is overwritten.

mod batch;
mod encoding;
#[cfg(test)]
mod tests;

pub use batch::SpooledBatch;

use super::assembly::{BatchHeader, Entry};
use super::collect::{Intake, Parties};
use mc_x12::check::{Ended, GroupEnded, InterchangeEnded, Report};
use mc_x12::guide::Guide;
use mc_x12::walk::Placed;
use mc_x12::{Finding, Segment, WriteError};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};

/// Bytes that are collected before they are written to the file, or to the response.
const CHUNK: usize = 64 << 10;
/// Digits of an offset, and a line end.
const OFFSET: usize = 21;

/// Why a 277CA could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SpoolError {
    /// The file of claims, or the target of the response, failed.
    #[error(transparent)]
    File(#[from] io::Error),
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// As [`super::ClaimAcknowledger`], with the claims in a file: memory does not grow with them, and
/// only what the 999 accepts is kept.
///
/// The file holds patient data: it must be private, and is removed by the caller.
#[derive(Debug)]
pub struct ClaimSpooler<S> {
    intake: Intake,
    file: SpoolFile<S>,
    /// Where the open transaction set, group and interchange begin.
    transaction: u64,
    group: u64,
    interchange: u64,
    /// Batches up to here are complete.
    ready: u64,
    /// Where the next one begins.
    next: u64,
    /// ST02 of transaction sets that the 999 rejects.
    rejected: Vec<String>,
    failed: Option<io::Error>,
}

impl<S: Read + Write + Seek> ClaimSpooler<S> {
    /// A spooler that uses an empty file.
    pub fn new(file: S) -> Self {
        Self {
            intake: Intake::default(),
            file: SpoolFile {
                file,
                pending: Vec::new(),
                written: 0,
            },
            transaction: 0,
            group: 0,
            interchange: 0,
            ready: 0,
            next: 0,
            rejected: Vec::new(),
            failed: None,
        }
    }

    /// ST02 of each transaction set of claims that has ended since the last call and has no 277CA,
    /// because the 999 rejects it. Those of a rejected group or interchange are not listed.
    pub fn take_rejected(&mut self) -> Vec<String> {
        std::mem::take(&mut self.rejected)
    }

    /// The next accepted transaction set of claims whose interchange has ended. Call it after each
    /// segment until there is none, so that the file does not grow.
    ///
    /// # Errors
    /// The error of the file, also of an earlier segment.
    pub fn next_ended(&mut self) -> io::Result<Option<SpooledBatch<'_, S>>> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        if self.next >= self.ready {
            if self.ready > 0 && self.ready == self.file.end() {
                self.file.cut(0);
                (self.transaction, self.group, self.interchange) = (0, 0, 0);
                (self.ready, self.next) = (0, 0);
            }
            return Ok(None);
        }
        self.file.flush()?;
        let begin = self.next + OFFSET as u64;
        let (batch, after) = SpooledBatch::read(&mut self.file.file, self.next, begin)?;
        self.next = after;
        Ok(Some(batch))
    }

    fn keep(&mut self, result: io::Result<()>) {
        if let Err(error) = result {
            self.failed.get_or_insert(error);
        }
    }

    fn end_transaction(&mut self, ended: &Ended) -> io::Result<()> {
        let Self { intake, file, .. } = self;
        let mut result = Ok(());
        let batch = intake.transaction_ended(&mut |entry| put(file, &entry, &mut result));
        result?;
        match batch {
            Some((header, parties)) if ended.is_accepted => self.end_batch(&header, &parties),
            rejected => {
                self.rejected.extend(rejected.map(|(header, _)| header.control));
                self.file.cut(self.transaction);
                Ok(())
            }
        }
    }

    fn end_batch(&mut self, header: &BatchHeader, parties: &Parties) -> io::Result<()> {
        let at = self.file.end();
        encoding::header(header, parties, &mut self.file.pending);
        self.file.flush()?;
        self.file.replace(self.transaction, format!("{at:020}\n").as_bytes())
    }
}

fn put<S: Write + Seek>(file: &mut SpoolFile<S>, entry: &Entry, result: &mut io::Result<()>) {
    encoding::entry(entry, &mut file.pending);
    if file.pending.len() >= CHUNK && result.is_ok() {
        *result = file.flush();
    }
}

impl<S: Read + Write + Seek> Report for ClaimSpooler<S> {
    fn interchange_began(&mut self, isa: &Segment<'_>) {
        self.intake.interchange_began(isa);
        self.interchange = self.file.end();
        self.group = self.interchange;
    }

    fn group_began(&mut self, _: &Segment<'_>) {
        self.group = self.file.end();
    }

    fn transaction_began(&mut self, st: &Segment<'_>, guide: Option<&'static Guide>) {
        self.transaction = self.file.end();
        if self.intake.transaction_began(st, guide) {
            self.file.pending.extend_from_slice(&[b' '; OFFSET]);
        }
    }

    fn segment(&mut self, segment: &Segment<'_>, placed: Option<&Placed>) {
        let Self { intake, file, .. } = self;
        let mut result = Ok(());
        intake.segment(segment, placed, &mut |entry| put(file, &entry, &mut result));
        self.keep(result);
    }

    fn finding(&mut self, finding: &Finding<'_>) {
        self.intake.finding(finding);
    }

    fn unlisted(&mut self, finding: &Finding<'_>) {
        self.intake.finding(finding);
    }

    fn transaction_ended(&mut self, ended: &Ended) {
        let result = self.end_transaction(ended);
        self.keep(result);
    }

    fn group_ended(&mut self, ended: &GroupEnded) {
        if ended.is_rejected {
            self.file.cut(self.group);
        }
    }

    fn interchange_ended(&mut self, ended: &InterchangeEnded) {
        if ended.is_rejected {
            self.file.cut(self.interchange);
        } else {
            self.ready = self.file.end();
        }
    }
}

/// A file that is appended to.
#[derive(Debug)]
struct SpoolFile<S> {
    file: S,
    /// What follows the written part.
    pending: Vec<u8>,
    /// Bytes of the file that count; more may follow from what was cut off.
    written: u64,
}

impl<S> SpoolFile<S> {
    fn end(&self) -> u64 {
        self.written + self.pending.len() as u64
    }

    /// Drops what follows `end`.
    fn cut(&mut self, end: u64) {
        let rest = end.saturating_sub(self.written);
        self.pending.truncate(usize::try_from(rest).unwrap_or(usize::MAX));
        self.written = self.written.min(end);
    }
}

impl<S: Write + Seek> SpoolFile<S> {
    fn flush(&mut self) -> io::Result<()> {
        let pending = std::mem::take(&mut self.pending);
        self.replace(self.written, &pending)?;
        self.written += pending.len() as u64;
        Ok(())
    }

    fn replace(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(at))?;
        self.file.write_all(bytes)
    }
}

/// The lines of a file from an offset.
struct Lines<'f, S> {
    file: BufReader<&'f mut S>,
    line: String,
    /// Offset of the next line.
    at: u64,
}

impl<'f, S: Read + Seek> Lines<'f, S> {
    fn from(file: &'f mut S, at: u64) -> io::Result<Self> {
        file.seek(SeekFrom::Start(at))?;
        Ok(Self {
            file: BufReader::new(file),
            line: String::new(),
            at,
        })
    }

    fn next(&mut self) -> io::Result<&str> {
        self.line.clear();
        self.at += self.file.read_line(&mut self.line)? as u64;
        Ok(self.line.trim_end_matches('\n'))
    }
}
