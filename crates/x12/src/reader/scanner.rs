//! Finds the next segment in a window of bytes. It has no buffer: it returns its progress and what
//! it needs.

use super::Limits;
use super::binary::{Beginning, beginning};
use crate::delimiters::{Delimiters, ISA_LENGTH, ISA_WINDOW, read_isa, try_isa};
use crate::error::{Fault, Place, ReadError};
use crate::segment::{Segment, TRIMMED, UNTERMINATED, WRONG_LENGTH, after_head};
use std::ops::Range;

/// What the window begins with.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A segment; the next one begins at or after `next`.
    Segment { span: SegmentSpan, next: usize },
    /// No whole segment: keep the bytes from here on and add more.
    More(usize),
    /// The end of the input.
    End,
}

/// The place of a segment in the window in which it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SegmentSpan {
    start: usize,
    end: usize,
    offset: u64,
    /// With the flags of the segment.
    number: u64,
    delimiters: Delimiters,
}

impl SegmentSpan {
    /// Offset of its beginning in the window.
    pub(super) fn start(self) -> usize {
        self.start
    }

    /// Offset of its end in the window.
    pub(super) fn end(self) -> usize {
        self.end
    }

    /// The segment, in a window that begins `shift` bytes before the one it was found in. `ascii`:
    /// its bytes are known to be ASCII.
    #[inline]
    pub(super) fn segment(self, window: &[u8], shift: usize, ascii: bool) -> Segment<'_> {
        let bytes = window.get(shift + self.start..shift + self.end).unwrap_or_default();
        if ascii {
            Segment::from_ascii(bytes, self.delimiters, self.number, self.offset)
        } else {
            Segment::from_bytes(bytes, self.delimiters, self.number, self.offset)
        }
    }
}

/// The position in the input and the state of the current interchange.
#[derive(Debug, Clone)]
pub(super) struct Scanner {
    /// `None` before the first ISA, between interchanges, and while looking for the next ISA.
    delimiters: Option<Delimiters>,
    limits: Limits,
    /// Byte offset of the window's first byte.
    offset: u64,
    number: u32,
    /// Bytes at the beginning of the window that hold no terminator.
    searched: usize,
    /// After something that is not an interchange: skips to the next ISA.
    seeking: bool,
    /// A limit was passed; nothing more is read.
    ended: bool,
}

/// White space that may stand between binary data and their terminator, in bytes: a line end, or a
/// line that is filled up. The data state where they end, so that more would be looked through for
/// each segment again.
const BLANKS: usize = 132;

type Scanned = Result<Found, (ReadError, usize)>;

impl Scanner {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            delimiters: None,
            limits,
            offset: 0,
            number: 0,
            searched: 0,
            seeking: false,
            ended: false,
        }
    }

    /// The delimiters of the current interchange.
    pub(super) fn delimiters(&self) -> Option<Delimiters> {
        self.delimiters
    }

    /// Whether a limit ended the reading.
    pub(super) fn has_ended(&self) -> bool {
        self.ended
    }

    /// Ends the reading with an error.
    pub(super) fn end(&mut self, fault: Fault) -> ReadError {
        (self.ended, self.delimiters) = (true, None);
        self.error(fault, 0)
    }

    /// Moves the beginning of the window by `count` bytes.
    #[inline]
    pub(super) fn consume(&mut self, count: usize) {
        self.offset += count as u64;
        self.searched = self.searched.saturating_sub(count);
    }

    /// Scans the window. `last`: no more bytes follow. After an error the caller consumes as many
    /// bytes as the second value states.
    #[inline]
    pub(super) fn scan(&mut self, window: &[u8], last: bool) -> Scanned {
        if let Some(delimiters) = self.delimiters {
            let skipped = spaces(window);
            // ISA and IEA begin with I, segments with binary data with B; nearly no other does.
            if window
                .get(skipped)
                .is_some_and(|first| !matches!(first, b'I' | b'i' | b'B' | b'b'))
            {
                return self.find_terminator(delimiters, window, skipped, last);
            }
        }
        self.scan_envelope(window, last)
    }

    /// Scans everything but the usual segment inside an interchange.
    #[inline(never)]
    fn scan_envelope(&mut self, window: &[u8], last: bool) -> Scanned {
        if self.ended {
            return Ok(Found::End);
        }
        if self.seeking
            && let Some(found) = self.find_isa(window, last)
        {
            return Ok(found);
        }
        let skipped = match self.delimiters {
            None if self.number > 0 => between_interchanges(window),
            _ => layout(window, self.number == 0 && self.offset == 0),
        };
        let rest = &window[skipped..];
        if rest.is_empty() {
            return Ok(if last { Found::End } else { Found::More(skipped) });
        }
        let inside = self.delimiters;
        let begins = rest
            .get(..3)
            .map_or_else(|| b"ISA".starts_with(rest), |id| id == b"ISA");
        if inside.is_none() || begins {
            // What follows decides which character terminates.
            if rest.len() < ISA_WINDOW && !last {
                return Ok(Found::More(skipped));
            }
            match read_isa(rest) {
                Ok((delimiters, length)) => {
                    self.delimiters = Some(delimiters);
                    let flags = if length > ISA_LENGTH { TRIMMED } else { 0 };
                    return self.found(delimiters, skipped..skipped + ISA_LENGTH - 1, skipped + length, flags);
                }
                Err(fault) if inside.is_none() => {
                    let between = self.number > 0 && fault == Fault::NotAnInterchange;
                    let fault = if between { Fault::TrailingText } else { fault };
                    self.seeking = true;
                    return Err((self.error(fault, skipped), skipped + 1));
                }
                // Inside an interchange it is an ordinary segment, whose id is unknown there.
                Err(_) => {}
            }
        }
        let delimiters = inside.unwrap_or(Delimiters::STANDARD);
        match beginning(rest, delimiters, last) {
            Beginning::Text => {}
            Beginning::Unknown => return Ok(Found::More(skipped)),
            Beginning::Binary { head, stated } => {
                return self.find_binary_end(delimiters, window, (skipped, skipped + head), stated, last);
            }
        }
        let scanned = self.find_terminator(delimiters, window, skipped, last);
        if let Ok(Found::Segment { span, .. }) = &scanned {
            let text = &window[span.start..span.end];
            let is_iea = text.get(..3).is_some_and(|id| id.eq_ignore_ascii_case(b"IEA"));
            if is_iea && text.get(3).is_none_or(|byte| *byte == delimiters.element_byte()) {
                self.delimiters = None;
            }
        }
        scanned
    }

    #[inline]
    fn find_terminator(&mut self, delimiters: Delimiters, window: &[u8], start: usize, last: bool) -> Scanned {
        let from = self.searched.clamp(start, window.len());
        let end = memchr::memchr(delimiters.terminator_byte(), &window[from..]).map(|at| from + at);
        let length = end.unwrap_or(window.len()) - start;
        if length > self.limits.segment_bytes {
            return Err(self.too_long(start));
        }
        match end {
            Some(end) if end > start && is_layout(window[end - 1]) => {
                let data = start..end - trailing(&window[start..end]);
                self.found(delimiters, data, end + 1, TRIMMED)
            }
            Some(end) => self.found(delimiters, start..end, end + 1, 0),
            None if last => {
                let trailing = trailing(&window[start..]);
                self.found(delimiters, start..window.len() - trailing, window.len(), UNTERMINATED)
            }
            None => {
                // The bytes before the segment are dropped with the next consume.
                self.searched = window.len();
                Ok(Found::More(start))
            }
        }
    }

    /// Finds the end of a segment from `start` with binary data from `data` on. Where the
    /// terminator does not follow the stated number of bytes, the data end before the next one.
    fn find_binary_end(
        &mut self,
        delimiters: Delimiters,
        window: &[u8],
        (start, data): (usize, usize),
        stated: Option<usize>,
        last: bool,
    ) -> Scanned {
        let (terminator, limit) = (delimiters.terminator_byte(), self.limits.binary_bytes);
        let head = after_head(data - start);
        if stated.is_some_and(|stated| stated > limit) {
            (self.seeking, self.delimiters, self.searched) = (true, None, 0);
            return Err((self.error(Fault::SegmentTooLong { limit }, start), data));
        }
        let end = stated.map(|stated| data + stated);
        match end.map(|end| (end, window.get(end..))) {
            Some((end, Some(rest))) => {
                let is_blank = |byte: &&u8| is_layout(**byte) && **byte != terminator;
                let blanks = rest.iter().take(BLANKS + 1).take_while(is_blank).count();
                let trimmed = if blanks > 0 { TRIMMED } else { 0 };
                match rest.get(blanks) {
                    _ if blanks > BLANKS => {}
                    Some(byte) if *byte == terminator => {
                        return self.found(delimiters, start..end, end + blanks + 1, head | trimmed);
                    }
                    None if last => return self.found(delimiters, start..end, window.len(), head | UNTERMINATED),
                    None => return Ok(Found::More(start)),
                    Some(_) => {}
                }
            }
            Some((_, None)) if !last => return Ok(Found::More(start)),
            _ => {}
        }
        let from = self.searched.clamp(data, window.len());
        let end = memchr::memchr(terminator, &window[from..]).map(|at| from + at);
        if end.unwrap_or(window.len()) - data > limit {
            (self.seeking, self.delimiters, self.searched) = (true, None, 0);
            return Err((self.error(Fault::SegmentTooLong { limit }, start), data + limit));
        }
        match end {
            Some(end) => self.found(delimiters, start..end, end + 1, head | WRONG_LENGTH),
            None if last => self.found(
                delimiters,
                start..window.len(),
                window.len(),
                head | WRONG_LENGTH | UNTERMINATED,
            ),
            None => {
                self.searched = window.len();
                Ok(Found::More(start))
            }
        }
    }

    /// Gives up a segment at the limit, independent of the end of the window.
    #[cold]
    fn too_long(&mut self, start: usize) -> (ReadError, usize) {
        (self.seeking, self.delimiters, self.searched) = (true, None, 0);
        let limit = self.limits.segment_bytes;
        (self.error(Fault::SegmentTooLong { limit }, start), start + limit)
    }

    #[inline]
    fn found(&mut self, delimiters: Delimiters, range: Range<usize>, next: usize, flags: u64) -> Scanned {
        self.searched = 0;
        if self.number >= self.limits.segments {
            let limit = self.limits.segments;
            (self.ended, self.delimiters) = (true, None);
            return Err((self.error(Fault::TooManySegments { limit }, range.start), next));
        }
        let error = range.is_empty().then(|| self.error(Fault::EmptySegment, range.start));
        self.number = self.number.saturating_add(1);
        if let Some(error) = error {
            return Err((error, next));
        }
        let span = SegmentSpan {
            start: range.start,
            end: range.end,
            offset: self.offset + range.start as u64,
            number: u64::from(self.number) | flags,
            delimiters,
        };
        Ok(Found::Segment { span, next })
    }

    /// Finds the next ISA with a valid layout; `None` where the window begins with it.
    fn find_isa(&mut self, window: &[u8], last: bool) -> Option<Found> {
        for at in memchr::memmem::find_iter(window, b"ISA") {
            if try_isa(&window[at..]).is_some() {
                self.seeking = false;
                return (at > 0).then_some(Found::More(at));
            }
            if window.len() - at < ISA_WINDOW && !last {
                return Some(Found::More(at));
            }
        }
        Some(if last {
            Found::End
        } else {
            Found::More(window.len().saturating_sub(2))
        })
    }

    fn error(&self, fault: Fault, at: usize) -> ReadError {
        let place = Place {
            segment: self.number.saturating_add(1),
            offset: self.offset + at as u64,
            id: "?",
        };
        ReadError::new(fault, place)
    }
}

/// White space between segments, which is never data.
pub(super) fn is_layout(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// The end of a file on systems that write a mark for it (Ctrl-Z), or pad with zeros.
fn is_file_end(byte: u8) -> bool {
    matches!(byte, 0x1a | 0)
}

/// Number of bytes at the end of the last segment that are no data.
#[cold]
fn trailing(bytes: &[u8]) -> usize {
    let ends = |byte: &&u8| is_layout(**byte) || is_file_end(**byte);
    bytes.iter().rev().take_while(ends).count()
}

/// As [`spaces`], after an interchange.
fn between_interchanges(window: &[u8]) -> usize {
    let ends = |byte: &&u8| is_layout(**byte) || is_file_end(**byte);
    window.iter().take_while(ends).count()
}

/// Number of bytes of white space at the beginning of the window.
#[inline]
fn spaces(window: &[u8]) -> usize {
    window.iter().take_while(|byte| is_layout(**byte)).count()
}

/// As [`spaces`]; also a byte order mark at the beginning of the input.
fn layout(window: &[u8], first: bool) -> usize {
    let mark = if first && window.starts_with(b"\xef\xbb\xbf") {
        3
    } else {
        0
    };
    mark + spaces(&window[mark..])
}
