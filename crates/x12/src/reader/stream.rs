//! Reads from any [`std::io::Read`].

use super::{Feeder, Limits};
use crate::delimiters::Delimiters;
use crate::error::ReadError;
use crate::segment::Segment;
use std::io::Read;

/// Bytes held at a time, unless a segment is longer.
const CHUNK: usize = 256 << 10;

/// Why a stream returned no segment.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// The input is not X12 at this place.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The source failed.
    #[error("the source cannot be read")]
    Source(#[from] std::io::Error),
}

/// Returns the segments of every interchange of a source, in memory that does not grow with it.
#[derive(Debug)]
pub struct StreamReader<R> {
    source: R,
    feeder: Feeder,
    ended: bool,
}

impl<R: Read> StreamReader<R> {
    /// Reads `source` from its current position. It need not be buffered.
    pub fn new(source: R, limits: Limits) -> Self {
        Self {
            source,
            feeder: Feeder::with_capacity(limits, CHUNK),
            ended: false,
        }
    }

    /// The delimiters of the current interchange.
    pub fn delimiters(&self) -> Option<Delimiters> {
        self.feeder.delimiters()
    }

    /// The next segment; `None` at the end. After [`StreamError::Read`] the reader continues where
    /// it can.
    #[inline]
    pub fn next_segment(&mut self) -> Option<Result<Segment<'_>, StreamError>> {
        loop {
            match self.feeder.find() {
                Some(Ok(at)) => return Some(Ok(self.feeder.segment(at))),
                Some(Err(error)) => return Some(Err(error.into())),
                None if self.ended || self.feeder.is_done() => return None,
                None => {}
            }
            match self.fill() {
                Ok(0) => {
                    self.ended = true;
                    self.feeder.finish();
                }
                Ok(_) => {}
                Err(error) => {
                    self.ended = true;
                    return Some(Err(error.into()));
                }
            }
        }
    }

    fn fill(&mut self) -> std::io::Result<usize> {
        // Reads of half a chunk keep both calls and moves of partial segments rare.
        let room = self.feeder.room(CHUNK / 2);
        let read = loop {
            match self.source.read(room) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.feeder.filled(read);
        Ok(read)
    }
}
