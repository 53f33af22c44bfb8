//! Reads a slice.

use super::Limits;
use super::scanner::{Found, Scanner};
use crate::delimiters::Delimiters;
use crate::error::{Fault, Place, ReadError};
use crate::segment::Segment;

/// Bytes that are checked for ASCII together.
const BLOCK: usize = 32 << 10;

/// Returns the segments of every interchange of a slice in order, without copying. The first error
/// other than an empty segment ends it; use a [`Feeder`](super::Feeder) to continue after errors.
#[derive(Debug)]
pub struct SegmentReader<'a> {
    input: &'a [u8],
    at: usize,
    scanner: Scanner,
    delimiters: Delimiters,
    /// Bytes before this offset have been checked for ASCII, with the result in `ascii`.
    checked: usize,
    ascii: bool,
}

impl<'a> SegmentReader<'a> {
    /// Checks size and ISA. A byte order mark and white space before the ISA are skipped.
    ///
    /// # Errors
    /// [`ReadError`] for an input above the size limit or without a valid ISA.
    pub fn new(input: &'a [u8], limits: Limits) -> Result<Self, ReadError> {
        if input.len() as u64 > limits.size_bytes {
            let limit = limits.size_bytes;
            return Err(ReadError::new(Fault::TooLarge { limit }, Place::START));
        }
        let scanner = Scanner::new(limits);
        // Scanned with a clone and not consumed: the ISA is the first segment.
        let delimiters = match scanner.clone().scan(input, true) {
            Ok(Found::Segment { span, .. }) => span.segment(input, 0, false).delimiters(),
            Ok(_) => return Err(ReadError::new(Fault::NotAnInterchange, Place::START)),
            Err((error, _)) => return Err(error),
        };
        Ok(Self {
            input,
            at: 0,
            scanner,
            delimiters,
            checked: 0,
            ascii: false,
        })
    }

    /// The delimiters of the first interchange.
    pub fn delimiters(&self) -> Delimiters {
        self.delimiters
    }

    /// Whether the bytes up to `end` are known to be ASCII; checks one block at a time.
    #[inline]
    fn is_ascii(&mut self, end: usize) -> bool {
        if end > self.checked {
            let begin = self.at;
            self.checked = self.input.len().min((begin + BLOCK).max(end));
            self.ascii = self.input[begin..self.checked].is_ascii();
        }
        self.ascii
    }
}

impl<'a> Iterator for SegmentReader<'a> {
    type Item = Result<Segment<'a>, ReadError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let window = &self.input[self.at..];
        match self.scanner.scan(window, true) {
            Ok(Found::Segment { span, next }) => {
                let ascii = self.is_ascii(self.at + span.end());
                self.scanner.consume(next);
                self.at += next;
                Some(Ok(span.segment(window, 0, ascii)))
            }
            Ok(Found::More(_) | Found::End) => None,
            Err((error, next)) if error.fault == Fault::EmptySegment => {
                self.scanner.consume(next);
                self.at += next;
                Some(Err(error))
            }
            Err((error, _)) => {
                self.at = self.input.len();
                Some(Err(error))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISA: &str =
        "ISA*00*          *00*          *ZZ*A              *ZZ*B              *160405*1354*^*00501*000184077*1*P*:~";

    fn ids(input: &str) -> Vec<String> {
        SegmentReader::new(input.as_bytes(), Limits::default())
            .unwrap()
            .map(|s| s.unwrap().id().to_owned())
            .collect()
    }

    #[test]
    fn line_ends_and_indents_are_not_data() {
        assert_eq!(
            ids(&format!("\u{feff}{ISA}\r\n  GS*HS~\n\tIEA*0~\r\n")),
            ["ISA", "GS", "IEA"]
        );
    }

    #[test]
    fn any_character_may_terminate() {
        for terminator in ["\n", "\u{1d}", "\r", "'"] {
            let input = format!("{ISA}GS*HS~IEA*0~").replace('~', terminator);
            assert_eq!(ids(&input), ["ISA", "GS", "IEA"], "terminator {terminator:?}");
        }
    }

    #[test]
    fn the_last_terminator_may_be_missing() {
        assert_eq!(ids(&format!("{ISA}IEA*0*1\n")), ["ISA", "IEA"]);
    }

    #[test]
    fn limits_hold() {
        let limits = Limits {
            size_bytes: 10,
            ..Limits::default()
        };
        assert_eq!(
            SegmentReader::new(ISA.as_bytes(), limits).unwrap_err().fault,
            Fault::TooLarge { limit: 10 }
        );
        let limits = Limits {
            segments: 1,
            ..Limits::default()
        };
        let input = format!("{ISA}GS*A~");
        let last = SegmentReader::new(input.as_bytes(), limits)
            .unwrap()
            .last()
            .unwrap()
            .unwrap_err();
        assert_eq!(last.fault, Fault::TooManySegments { limit: 1 });
    }

    #[test]
    fn an_empty_segment_is_an_error_with_its_place_and_the_next_one_is_read() {
        let input = format!("{ISA}GS*A~~IEA~");
        let mut reader = SegmentReader::new(input.as_bytes(), Limits::default()).unwrap().skip(2);
        let error = reader.next().unwrap().unwrap_err();
        assert_eq!(error.to_string(), "a segment is empty, segment 3 (?) at byte 111");
        assert_eq!(reader.next().unwrap().unwrap().id(), "IEA");
    }
}
