//! Reads chunks from any source: an async body, a socket, a queue.

use super::Limits;
use super::scanner::{Found, Scanner, SegmentSpan};
use crate::delimiters::Delimiters;
use crate::error::{Fault, ReadError};
use crate::segment::Segment;

/// Takes bytes in chunks of any size and returns segments. Holds at most one segment and one chunk.
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
    /// Initialised memory; the bytes held are from `start` to `end`.
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// From here on all bytes held are ASCII, so that segments need not be checked individually.
    ascii_from: usize,
    /// Bytes that may still be accepted.
    left: u64,
    limits: Limits,
    /// More bytes were pushed than may be accepted.
    over: bool,
    last: bool,
}

impl Feeder {
    /// A reader before its first byte.
    pub fn new(limits: Limits) -> Self {
        Self {
            scanner: Scanner::new(limits),
            buffer: Vec::new(),
            start: 0,
            end: 0,
            ascii_from: 0,
            left: limits.size_bytes,
            limits,
            over: false,
            last: false,
        }
    }

    /// A reader before its first byte, with memory for direct reads.
    pub(super) fn with_capacity(limits: Limits, bytes: usize) -> Self {
        Self {
            buffer: vec![0; bytes],
            ..Self::new(limits)
        }
    }

    /// Adds bytes. Drain the segments before adding more, so that little is held.
    pub fn push(&mut self, chunk: &[u8]) {
        if !self.is_done() {
            self.room(chunk.len())[..chunk.len()].copy_from_slice(chunk);
            self.filled(chunk.len());
        }
    }

    /// Ends the input: the remaining bytes are the last segment, terminated or not.
    pub fn finish(&mut self) {
        self.last = true;
    }

    /// The delimiters of the current interchange; `None` before the first ISA and between
    /// interchanges.
    pub fn delimiters(&self) -> Option<Delimiters> {
        self.scanner.delimiters()
    }

    /// The next segment; `None` where more bytes are needed, or at the end. After an error the
    /// reader continues where it can: at the next segment, or at the next ISA. It ends where a
    /// limit of size or number is passed.
    #[inline]
    pub fn next_segment(&mut self) -> Option<Result<Segment<'_>, ReadError>> {
        let found = self.find()?;
        Some(found.map(|at| self.segment(at)))
    }

    /// Whether a limit was passed; nothing more is read then.
    pub fn is_done(&self) -> bool {
        self.over || self.scanner.has_ended()
    }

    /// The span of the next segment, and the offset of its window in the buffer.
    #[inline]
    pub(super) fn find(&mut self) -> Option<Result<(SegmentSpan, usize), ReadError>> {
        loop {
            let shift = self.start;
            match self
                .scanner
                .scan(&self.buffer[shift..self.end], self.last && !self.over)
            {
                Ok(Found::Segment { span, next }) => {
                    self.consume(next);
                    return Some(Ok((span, shift)));
                }
                Ok(Found::More(from)) => {
                    self.consume(from);
                    if from == 0 || self.start == self.end {
                        return self.too_large();
                    }
                }
                Ok(Found::End) => return self.too_large(),
                Err((error, next)) => {
                    self.consume(next);
                    return Some(Err(error));
                }
            }
        }
    }

    /// Reports once that the input exceeds the size limit, after the accepted bytes have been read.
    fn too_large(&mut self) -> Option<Result<(SegmentSpan, usize), ReadError>> {
        let limit = self.limits.size_bytes;
        let reports = self.over && !self.scanner.has_ended();
        reports.then(|| Err(self.scanner.end(Fault::TooLarge { limit })))
    }

    /// The segment at a span that was found.
    #[inline]
    pub(super) fn segment(&self, (span, shift): (SegmentSpan, usize)) -> Segment<'_> {
        span.segment(&self.buffer, shift, shift + span.start() >= self.ascii_from)
    }

    fn consume(&mut self, count: usize) {
        self.scanner.consume(count);
        self.start += count;
    }

    /// Memory for at least `min` bytes after those held, for direct reads.
    pub(super) fn room(&mut self, min: usize) -> &mut [u8] {
        if self.buffer.len() - self.end < min && self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.ascii_from = self.ascii_from.saturating_sub(self.start);
            self.start = 0;
        }
        if self.buffer.len() - self.end < min {
            self.buffer.resize(self.end + min, 0);
        }
        &mut self.buffer[self.end..]
    }

    /// Accepts bytes that were written into that memory.
    pub(super) fn filled(&mut self, count: usize) {
        let allowed = usize::try_from(self.left).map_or(count, |left| left.min(count));
        self.over = allowed < count;
        self.left -= allowed as u64;
        let new = self.end..self.end + allowed;
        self.end = new.end;
        if !self.buffer[new].is_ascii() {
            self.ascii_from = self.end;
        }
    }
}
