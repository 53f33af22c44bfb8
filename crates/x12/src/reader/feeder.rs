//! Chunks as they come, from wherever: an async body, a socket, a queue.

use super::Limits;
use super::scanner::{Found, Scanner, Spot};
use crate::delimiters::Delimiters;
use crate::error::{Fault, Place, ReadError};
use crate::segment::Segment;

/// Takes bytes in chunks of any size and gives segments. Holds at most one segment and one chunk.
///
/// ```
/// # use mc_x12::Feeder;
/// let mut feeder = Feeder::new(mc_x12::Limits::FILE);
/// let mut ids = Vec::new();
/// for chunk in ["ISA*00*          *00*          *ZZ*A              *ZZ*B              *160405*1354*^*00501*000000907*1*P*:~TA1*0000",
///               "00001*160405*1354*A*000~IEA*0*000000907~"] {
///     feeder.push(chunk.as_bytes());
///     while let Some(segment) = feeder.next_segment() {
///         ids.push(segment?.id().to_owned());
///     }
/// }
/// feeder.finish();
/// while let Some(segment) = feeder.next_segment() {
///     ids.push(segment?.id().to_owned());
/// }
/// assert_eq!(ids, ["ISA", "TA1", "IEA"]);
/// # Ok::<(), mc_x12::ReadError>(())
/// ```
#[derive(Debug)]
pub struct Feeder {
    scanner: Scanner,
    buffer: Vec<u8>,
    /// Bytes of the buffer that are done with.
    start: usize,
    limits: Limits,
    taken: u64,
    last: bool,
    failed: bool,
}

impl Feeder {
    /// Nothing read yet.
    pub fn new(limits: Limits) -> Self {
        Self {
            scanner: Scanner::new(limits),
            buffer: Vec::new(),
            start: 0,
            limits,
            taken: 0,
            last: false,
            failed: false,
        }
    }

    /// Adds bytes. Ask for segments until there is none before adding more, so that little is held.
    pub fn push(&mut self, chunk: &[u8]) {
        self.make_room();
        self.buffer.extend_from_slice(chunk);
        self.taken += chunk.len() as u64;
    }

    /// Says that no more bytes come: what is left is the last segment, whether it is terminated or not.
    pub fn finish(&mut self) {
        self.last = true;
    }

    /// The delimiters of the interchange that is being read; none before the first ISA and between two.
    pub fn delimiters(&self) -> Option<Delimiters> {
        self.scanner.delimiters()
    }

    /// The next segment; none where more bytes are needed, or at the end. After an error the reader goes on behind it where it can: at the next
    /// segment, or at the next ISA.
    pub fn next_segment(&mut self) -> Option<Result<Segment<'_>, ReadError>> {
        let found = self.find()?;
        Some(found.map(|at| self.segment(at)))
    }

    /// Where the next segment stands, and where in the buffer its window began.
    pub(super) fn find(&mut self) -> Option<Result<(Spot, usize), ReadError>> {
        if self.taken > self.limits.size_bytes {
            if std::mem::replace(&mut self.failed, true) {
                return None;
            }
            let limit = self.limits.size_bytes;
            return Some(Err(ReadError::new(Fault::TooLarge { limit }, Place::START)));
        }
        loop {
            let shift = self.start;
            match self.scanner.scan(&self.buffer[shift..], self.last) {
                Ok(Found::Segment { spot, next }) => {
                    self.consume(next);
                    return Some(Ok((spot, shift)));
                }
                Ok(Found::More(from)) => {
                    self.consume(from);
                    if from == 0 || self.start == self.buffer.len() {
                        return None;
                    }
                }
                Ok(Found::End) => return None,
                Err((error, next)) => {
                    self.consume(next);
                    return Some(Err(error));
                }
            }
        }
    }

    /// The segment that was found there.
    pub(super) fn segment(&self, (spot, shift): (Spot, usize)) -> Segment<'_> {
        spot.segment(&self.buffer, shift)
    }

    fn consume(&mut self, count: usize) {
        self.scanner.consume(count);
        self.start += count;
    }

    /// Room for `more` bytes behind what is held, for whoever reads into it directly.
    pub(super) fn room(&mut self, more: usize) -> &mut [u8] {
        self.make_room();
        let held = self.buffer.len();
        self.buffer.resize(held + more, 0);
        &mut self.buffer[held..]
    }

    /// Takes back what of the room of `more` bytes was not filled.
    pub(super) fn filled(&mut self, more: usize, filled: usize) {
        self.buffer.truncate(self.buffer.len() - more + filled);
        self.taken += filled as u64;
    }

    fn make_room(&mut self) {
        self.buffer.drain(..self.start);
        self.start = 0;
    }
}
