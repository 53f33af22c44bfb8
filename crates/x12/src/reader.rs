//! From bytes to segments.

use crate::delimiters::{Delimiters, ISA_LENGTH};
use crate::error::{Fault, Place, ReadError};
use crate::segment::Segment;

/// Bounds on what is read at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest input in bytes.
    pub size_bytes: usize,
    /// Most segments.
    pub segments: u32,
}

impl Default for Limits {
    /// 1 MiB and 20 000 segments: far above any real-time answer.
    fn default() -> Self {
        Self {
            size_bytes: 1 << 20,
            segments: 20_000,
        }
    }
}

/// Yields the segments of one interchange in order, without copying.
#[derive(Debug)]
pub struct SegmentReader<'a> {
    input: &'a str,
    delimiters: Delimiters,
    limits: Limits,
    offset: usize,
    number: u32,
}

impl<'a> SegmentReader<'a> {
    /// Checks size, text and ISA. A byte order mark and white space before the ISA are skipped.
    ///
    /// # Errors
    /// See [`Fault`].
    pub fn new(input: &'a [u8], limits: Limits) -> Result<Self, ReadError> {
        if input.len() > limits.size_bytes {
            return Err(ReadError::new(
                Fault::TooLarge {
                    limit: limits.size_bytes,
                },
                Place::START,
            ));
        }
        let input = std::str::from_utf8(input).map_err(|e| {
            ReadError::new(
                Fault::NotText,
                Place {
                    offset: e.valid_up_to(),
                    ..Place::START
                },
            )
        })?;
        let body = input
            .strip_prefix('\u{feff}')
            .unwrap_or(input)
            .trim_start_matches(is_layout);
        let offset = input.len() - body.len();
        let delimiters = Delimiters::from_isa(body, offset)?;
        Ok(Self {
            input,
            delimiters,
            limits,
            offset,
            number: 0,
        })
    }

    /// The delimiters of this interchange.
    pub fn delimiters(&self) -> Delimiters {
        self.delimiters
    }

    fn rest(&self) -> &'a str {
        self.input.get(self.offset..).unwrap_or_default()
    }

    fn take(&mut self) -> Result<Segment<'a>, ReadError> {
        let rest = self.rest();
        self.number += 1;
        let place = Place {
            segment: self.number,
            offset: self.offset,
            id: "?",
        };
        if self.number > self.limits.segments {
            return Err(ReadError::new(
                Fault::TooManySegments {
                    limit: self.limits.segments,
                },
                place,
            ));
        }
        // The ISA has a fixed length; any other segment ends at the terminator or, the last one, with the input.
        let end = if self.number == 1 {
            ISA_LENGTH - 1
        } else {
            rest.find(self.delimiters.terminator()).unwrap_or(rest.len())
        };
        let raw = rest.get(..end).unwrap_or_default();
        let text = if end == rest.len() {
            raw.trim_end_matches(is_layout)
        } else {
            raw
        };
        if text.is_empty() {
            return Err(ReadError::new(Fault::EmptySegment, place));
        }
        self.offset = (self.offset + end + 1).min(self.input.len());
        Ok(Segment::new(text, self.delimiters, self.number, place.offset))
    }
}

impl<'a> Iterator for SegmentReader<'a> {
    type Item = Result<Segment<'a>, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.rest();
        let body = rest.trim_start_matches(is_layout);
        self.offset += rest.len() - body.len();
        if body.is_empty() {
            return None;
        }
        let taken = self.take();
        if taken.is_err() {
            self.offset = self.input.len(); // an error ends the stream
        }
        Some(taken)
    }
}

/// White space that people put between segments; never data.
fn is_layout(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
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
    fn an_empty_segment_is_refused_with_its_place() {
        let input = format!("{ISA}GS*A~~IEA~");
        let error = SegmentReader::new(input.as_bytes(), Limits::default())
            .unwrap()
            .last()
            .unwrap()
            .unwrap_err();
        assert_eq!(error.to_string(), "a segment is empty, segment 3 (?) at byte 111");
    }
}
