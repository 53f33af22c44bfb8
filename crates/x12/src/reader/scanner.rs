//! Finds the next segment in a window of bytes. Knows no buffer: it says how far it came and what it needs.

use super::Limits;
use crate::delimiters::{Delimiters, ISA_LENGTH};
use crate::error::{Fault, Place, ReadError};
use crate::segment::Segment;
use std::ops::Range;

/// What a window holds at its beginning.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A segment; the next one begins at or after `next`.
    Segment { spot: Spot, next: usize },
    /// No whole segment: keep the bytes from here on and add more.
    More(usize),
    /// Nothing follows.
    End,
}

/// Where a segment stands: enough to look at it in the window in which it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spot {
    start: usize,
    end: usize,
    offset: u64,
    number: u32,
    delimiters: Delimiters,
}

impl Spot {
    /// The segment, in the window that begins `shift` bytes before the one it was found in.
    pub(super) fn segment(self, window: &[u8], shift: usize) -> Segment<'_> {
        let bytes = window.get(shift + self.start..shift + self.end).unwrap_or_default();
        Segment::from_bytes(bytes, self.delimiters, self.number, self.offset)
    }
}

/// Where in the input the scanner is, and what it knows of the interchange there.
#[derive(Debug, Clone)]
pub(super) struct Scanner {
    delimiters: Option<Delimiters>,
    limits: Limits,
    /// Byte offset of the window's first byte.
    offset: u64,
    number: u32,
    /// Bytes at the window's beginning that hold no terminator.
    searched: usize,
    /// After something that is no interchange: on to the next ISA.
    lost: bool,
}

impl Scanner {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            delimiters: None,
            limits,
            offset: 0,
            number: 0,
            searched: 0,
            lost: false,
        }
    }

    /// The delimiters of the interchange that is being read.
    pub(super) fn delimiters(&self) -> Option<Delimiters> {
        self.delimiters
    }

    /// Tells that the window now begins `count` bytes later.
    pub(super) fn consume(&mut self, count: usize) {
        self.offset += count as u64;
        self.searched = self.searched.saturating_sub(count);
    }

    /// Looks at the window. `last`: no more bytes will come. After an error the window is to be consumed by the second value.
    pub(super) fn scan(&mut self, window: &[u8], last: bool) -> Result<Found, (ReadError, usize)> {
        let skipped = layout(window, self.number == 0 && self.offset == 0);
        let rest = &window[skipped..];
        if rest.is_empty() {
            return Ok(if last { Found::End } else { Found::More(skipped) });
        }
        if self.lost {
            return Ok(self.find_isa(window, last));
        }
        let expects_isa = self.delimiters.is_none();
        if expects_isa || rest.starts_with(b"ISA") {
            if rest.len() < ISA_LENGTH && !last {
                return Ok(Found::More(skipped));
            }
            match Delimiters::from_isa(rest) {
                Ok(delimiters) => {
                    self.delimiters = Some(delimiters);
                    return self.found(window, skipped..skipped + ISA_LENGTH - 1, skipped + ISA_LENGTH);
                }
                Err(fault) if expects_isa => {
                    let fault = if self.number > 0 && fault == Fault::NotAnInterchange {
                        Fault::TrailingText
                    } else {
                        fault
                    };
                    self.lost = true;
                    return Err((self.error(fault, skipped), (skipped + 1).min(window.len())));
                }
                // Inside an interchange it is a segment like others: its id is not known there.
                Err(_) => {}
            }
        }
        self.find_terminator(window, skipped, last)
    }

    fn find_terminator(&mut self, window: &[u8], start: usize, last: bool) -> Result<Found, (ReadError, usize)> {
        let terminator = self.delimiters.unwrap_or(Delimiters::STANDARD).terminator_byte();
        let from = self.searched.clamp(start, window.len());
        let end = memchr::memchr(terminator, &window[from..]).map(|at| from + at);
        let length = end.unwrap_or(window.len()) - start;
        if length > self.limits.segment_bytes {
            self.lost = true;
            self.searched = 0;
            let limit = self.limits.segment_bytes;
            return Err((self.error(Fault::SegmentTooLong { limit }, start), window.len()));
        }
        match end {
            Some(end) => self.found(window, start..end, end + 1),
            None if last => {
                let trailing = window[start..].iter().rev().take_while(|b| is_layout(**b)).count();
                self.found(window, start..window.len() - trailing, window.len())
            }
            None => {
                // What comes before the segment is dropped with the next consume.
                self.searched = window.len();
                Ok(Found::More(start))
            }
        }
    }

    fn found(&mut self, window: &[u8], range: Range<usize>, next: usize) -> Result<Found, (ReadError, usize)> {
        self.searched = 0;
        self.number = self.number.saturating_add(1);
        if self.number > self.limits.segments {
            let limit = self.limits.segments;
            return Err((self.error(Fault::TooManySegments { limit }, range.start), window.len()));
        }
        if range.is_empty() {
            return Err((self.error(Fault::EmptySegment, range.start), next));
        }
        let delimiters = self.delimiters.unwrap_or(Delimiters::STANDARD);
        let text = &window[range.clone()];
        if text.starts_with(b"IEA") && text.get(3).is_none_or(|byte| *byte == delimiters.element_byte()) {
            self.delimiters = None;
        }
        let spot = Spot {
            start: range.start,
            end: range.end,
            offset: self.offset + range.start as u64,
            number: self.number,
            delimiters,
        };
        Ok(Found::Segment { spot, next })
    }

    /// Goes on at the next ISA that has its layout.
    fn find_isa(&mut self, window: &[u8], last: bool) -> Found {
        for at in memchr::memmem::find_iter(window, b"ISA") {
            if window.len() - at < ISA_LENGTH {
                return if last { Found::End } else { Found::More(at) };
            }
            if Delimiters::from_isa(&window[at..]).is_ok() {
                self.lost = false;
                self.delimiters = None;
                return Found::More(at);
            }
        }
        if last {
            Found::End
        } else {
            Found::More(window.len().saturating_sub(2))
        }
    }

    fn error(&self, fault: Fault, at: usize) -> ReadError {
        let place = Place {
            segment: self.number.saturating_add(u32::from(!matches!(
                fault,
                Fault::EmptySegment | Fault::TooManySegments { .. }
            ))),
            offset: self.offset + at as u64,
            id: "?",
        };
        ReadError::new(fault, place)
    }
}

/// White space that people put between segments; never data.
pub(super) fn is_layout(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// How many bytes of layout the window begins with; a byte order mark too, at the very beginning.
fn layout(window: &[u8], first: bool) -> usize {
    let mark = if first && window.starts_with(b"\xef\xbb\xbf") {
        3
    } else {
        0
    };
    mark + window[mark..].iter().take_while(|byte| is_layout(**byte)).count()
}
