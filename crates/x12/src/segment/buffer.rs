//! Segments that outlive the bytes they were read from.

use super::Segment;
use crate::delimiters::Delimiters;

/// Copies of segments, in one piece of memory. Each has the number and offset that it has in the
/// input.
#[derive(Default)]
pub struct SegmentBuffer {
    bytes: Vec<u8>,
    spans: Vec<Span>,
}

#[derive(Clone, Copy)]
struct Span {
    /// Where it ends in the bytes; it begins where the one before it ends.
    end: usize,
    /// With its flags.
    number: u64,
    offset: u64,
    delimiters: Delimiters,
}

impl std::fmt::Debug for SegmentBuffer {
    /// The number of segments only: their text may be PHI.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SegmentBuffer({} segments)", self.spans.len())
    }
}

impl SegmentBuffer {
    /// Adds a copy of a segment.
    pub fn push(&mut self, segment: &Segment<'_>) {
        self.bytes.extend_from_slice(segment.bytes);
        self.spans.push(Span {
            end: self.bytes.len(),
            number: segment.number,
            offset: segment.offset,
            delimiters: segment.delimiters,
        });
    }

    /// The segments, in order.
    pub fn segments(&self) -> impl Iterator<Item = Segment<'_>> {
        let mut start = 0;
        self.spans.iter().map(move |span| {
            let bytes = &self.bytes[std::mem::replace(&mut start, span.end)..span.end];
            Segment::from_ascii(bytes, span.delimiters, span.number, span.offset)
        })
    }

    /// The segments, each with its text; `None` where it is not UTF-8 or has binary data.
    pub(crate) fn with_text(&self) -> impl Iterator<Item = (Segment<'_>, Option<&str>)> {
        // Usually all of it is UTF-8, and is checked once.
        let whole = std::str::from_utf8(&self.bytes).ok();
        let mut start = 0;
        self.segments().map(move |segment| {
            let begin = start;
            start += segment.bytes.len();
            let text = match whole {
                Some(whole) if segment.binary().is_none() => whole.get(begin..start),
                _ => segment.whole_text(),
            };
            (segment, text)
        })
    }

    /// Bytes of all segments.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// Removes all segments; the memory is kept for others.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.spans.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::{Limits, SegmentReader};

    #[test]
    fn a_copy_is_the_segment() {
        let isa = "ISA*00*          *00*          *ZZ*A              *ZZ*B              *160405*1354*^*00501*000184077*1*P*:~";
        let text = [isa.as_bytes(), b"GS*HC~NM1*IL*1*MU\xd1OZ~IEA*1*000184077~"].concat();
        let read: Vec<_> = SegmentReader::new(&text, Limits::FILE).unwrap().flatten().collect();
        let mut buffer = SegmentBuffer::default();
        for segment in &read {
            buffer.push(segment);
        }
        assert!(buffer.segments().eq(read.iter().copied()));
        assert_eq!(buffer.segments().nth(2).unwrap().undecodable().next(), Some(3));
        buffer.clear();
        assert_eq!((buffer.size(), buffer.segments().count()), (0, 0));
    }
}
