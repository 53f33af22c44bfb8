//! One segment, borrowed from the input.

use crate::delimiters::Delimiters;
use crate::error::Place;
use crate::guide::Id;

/// A segment without its terminator and without leading white space.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Segment<'a> {
    /// Valid UTF-8; converted to `str` piece by piece on access.
    bytes: &'a [u8],
    delimiters: Delimiters,
    offset: u64,
    /// The segment number in the low 32 bits. Above them, the first element that is not text plus
    /// 1, or 0. One field keeps the struct small, as segments are moved often.
    number: u64,
}

impl std::fmt::Debug for Segment<'_> {
    /// The place only: the text may be PHI.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Segment({})", self.place())
    }
}

impl<'a> Segment<'a> {
    /// Bytes that are known to be ASCII.
    #[inline]
    pub(crate) fn from_ascii(bytes: &'a [u8], delimiters: Delimiters, number: u32, offset: u64) -> Self {
        Self {
            bytes,
            delimiters,
            offset,
            number: u64::from(number),
        }
    }

    /// Bytes of any kind. Only the whole elements before the first invalid UTF-8 are kept.
    #[inline(never)]
    pub(crate) fn from_bytes(bytes: &'a [u8], delimiters: Delimiters, number: u32, offset: u64) -> Self {
        let mut segment = Self::from_ascii(bytes, delimiters, number, offset);
        if let Err(error) = std::str::from_utf8(bytes) {
            let good = &bytes[..error.valid_up_to()];
            let separator = delimiters.element_byte();
            let whole = memchr::memrchr(separator, good).unwrap_or(0);
            let before = memchr::memchr_iter(separator, good).count();
            segment.bytes = &good[..whole];
            segment.number |= (before.min(usize::from(u8::MAX)) as u64 + 1) << 32;
        }
        segment
    }

    /// The first element that is not valid UTF-8, 0 for the id. It and the following ones are left
    /// out.
    pub fn invalid_utf8_from(&self) -> Option<u8> {
        let broken = (self.number >> 32).checked_sub(1)?;
        Some(u8::try_from(broken).unwrap_or(u8::MAX))
    }

    /// The whole segment without its terminator.
    #[inline]
    pub fn text(&self) -> &'a str {
        text(self.bytes)
    }

    /// The whole segment as it was received, without its terminator.
    #[inline]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The delimiters of its interchange.
    #[inline]
    pub fn delimiters(&self) -> Delimiters {
        self.delimiters
    }

    /// Byte offset of its first character in the input.
    #[inline]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The id, e.g. `NM1`.
    #[inline]
    pub fn id(&self) -> &'a str {
        let id = self.id_bytes();
        Id::of_bytes(id).known().unwrap_or_else(|| text(id))
    }

    /// The id, for comparison and lookup.
    #[inline]
    pub(crate) fn code(&self) -> Id {
        let separator = self.delimiters.element_byte();
        match *self.bytes {
            [a, b, end, ..] if end == separator && a != separator && b != separator => Id::of_bytes(&[a, b]),
            [a, b, c, end, ..] if end == separator && a != separator && b != separator => Id::of_bytes(&[a, b, c]),
            _ => Id::of_bytes(self.id_bytes()),
        }
    }

    #[inline]
    fn id_bytes(&self) -> &'a [u8] {
        let separator = self.delimiters.element_byte();
        let end = self.bytes.iter().position(|byte| *byte == separator);
        &self.bytes[..end.unwrap_or(self.bytes.len())]
    }

    /// Element `n`, counted from 1 as in the guides; empty where it is absent.
    #[inline]
    pub fn element(&self, n: usize) -> &'a str {
        let separator = self.delimiters.element_byte();
        let mut parts = self.bytes.split(|byte| *byte == separator);
        text(parts.nth(n).unwrap_or_default())
    }

    /// The repetitions of element `n`; none when the element is empty.
    #[inline]
    pub fn repetitions(&self, n: usize) -> impl Iterator<Item = &'a str> + use<'a> {
        let separator = self.delimiters.repetition();
        let text = self.element(n);
        text.split(move |c| Some(c) == separator)
            .filter(|part| !part.is_empty())
    }

    /// Component `c` (from 1) of element `n`; empty where it is absent.
    #[inline]
    pub fn component(&self, n: usize, c: usize) -> &'a str {
        self.components(n).nth(c.saturating_sub(1)).unwrap_or_default()
    }

    /// The components of element `n`.
    #[inline]
    pub fn components(&self, n: usize) -> impl Iterator<Item = &'a str> + use<'a> {
        let separator = self.delimiters.component();
        self.element(n).split(separator)
    }

    /// Segment number in the interchange, ISA = 1.
    #[inline]
    pub fn number(&self) -> u32 {
        u32::try_from(self.number & u64::from(u32::MAX)).unwrap_or(u32::MAX)
    }

    /// Its place, which is safe to log.
    pub fn place(&self) -> Place {
        Place {
            segment: self.number(),
            offset: self.offset,
            id: self.code().known().unwrap_or("?"),
        }
    }
}

/// Text between delimiters. Delimiters are ASCII, so it is as valid as the segment.
#[inline]
pub(crate) fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(text: &str) -> Segment<'_> {
        Segment::from_bytes(text.as_bytes(), Delimiters::STANDARD, 7, 42)
    }

    #[test]
    fn elements_repetitions_and_components_are_counted_from_one() {
        let s = segment("EB*B**30^98****10*****HC:99213:25");
        assert_eq!(s.id(), "EB");
        assert_eq!(s.element(1), "B");
        assert_eq!(s.element(99), "");
        assert_eq!(s.repetitions(3).collect::<Vec<_>>(), ["30", "98"]);
        assert_eq!(s.repetitions(2).count(), 0);
        assert_eq!(s.component(12, 2), "99213");
        assert_eq!(s.component(12, 9), "");
    }

    #[test]
    fn what_is_no_text_is_left_out_and_reported() {
        let s = Segment::from_bytes(b"NM1*IL*1*MU\xd1OZ*JO", Delimiters::STANDARD, 7, 42);
        assert_eq!((s.text(), s.invalid_utf8_from()), ("NM1*IL*1", Some(3)));
        let s = Segment::from_bytes(b"NM1\xff*IL", Delimiters::STANDARD, 7, 42);
        assert_eq!((s.text(), s.invalid_utf8_from()), ("", Some(0)), "half an id is none");
        let s = Segment::from_bytes(b"\xff\xfe", Delimiters::STANDARD, 7, 42);
        assert_eq!((s.text(), s.invalid_utf8_from()), ("", Some(0)));
    }

    #[test]
    fn an_unknown_id_is_never_named() {
        assert_eq!(segment("SMITH*X").place().id, "?");
        assert_eq!(
            format!("{:?}", segment("NM1*IL*1*SMITH")),
            "Segment(segment 7 (NM1) at byte 42)"
        );
    }
}
