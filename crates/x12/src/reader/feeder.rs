//! Chunks as they come, from wherever: an async body, a socket, a queue.

use super::Limits;
use super::scanner::{Found, Scanner, SegmentSpan};
use crate::delimiters::Delimiters;
use crate::error::{Fault, ReadError};
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
    /// Initialised room; what is held of it is from `start` to `end`.
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Behind this all that is held is ASCII, so that segments need not be looked at one by one.
    ascii_from: usize,
    /// Bytes that may still be taken.
    left: u64,
    limits: Limits,
    /// More came than may be taken.
    over: bool,
    last: bool,
}

impl Feeder {
    /// Nothing read yet.
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

    /// Nothing read yet, with room for what will be read into it.
    pub(super) fn with_room(limits: Limits, bytes: usize) -> Self {
        Self {
            buffer: vec![0; bytes],
            ..Self::new(limits)
        }
    }

    /// Adds bytes. Ask for segments until there is none before adding more, so that little is held.
    pub fn push(&mut self, chunk: &[u8]) {
        if !self.is_done() {
            self.room(chunk.len())[..chunk.len()].copy_from_slice(chunk);
            self.filled(chunk.len());
        }
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
    /// segment, or at the next ISA; behind the limits of size and number it ends.
    #[inline]
    pub fn next_segment(&mut self) -> Option<Result<Segment<'_>, ReadError>> {
        let found = self.find()?;
        Some(found.map(|at| self.segment(at)))
    }

    /// Whether a limit was passed: whatever more comes is not read.
    pub fn is_done(&self) -> bool {
        self.over || self.scanner.has_ended()
    }

    /// Where the next segment stands, and where in the buffer its window began.
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

    /// What was taken is read; where more came than that, this is told, once.
    fn too_large(&mut self) -> Option<Result<(SegmentSpan, usize), ReadError>> {
        let limit = self.limits.size_bytes;
        let tell = self.over && !self.scanner.has_ended();
        tell.then(|| Err(self.scanner.end(Fault::TooLarge { limit })))
    }

    /// The segment that was found there.
    #[inline]
    pub(super) fn segment(&self, (span, shift): (SegmentSpan, usize)) -> Segment<'_> {
        span.segment(&self.buffer, shift, shift + span.start() >= self.ascii_from)
    }

    fn consume(&mut self, count: usize) {
        self.scanner.consume(count);
        self.start += count;
    }

    /// Room for at least `least` bytes behind what is held, for whoever reads into it directly.
    pub(super) fn room(&mut self, least: usize) -> &mut [u8] {
        if self.buffer.len() - self.end < least {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.ascii_from = self.ascii_from.saturating_sub(self.start);
            self.start = 0;
            if self.buffer.len() - self.end < least {
                self.buffer.resize(self.end + least, 0);
            }
        }
        &mut self.buffer[self.end..]
    }

    /// Takes what was written into the room.
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
