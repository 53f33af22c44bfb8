//! One segment, borrowed from the input.

mod buffer;

pub use buffer::SegmentBuffer;

use crate::delimiters::Delimiters;
use crate::error::Place;
use crate::guide::Id;
use std::borrow::Cow;

/// A segment without its terminator and without white space around it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Segment<'a> {
    /// As received; converted to `str` piece by piece on access.
    bytes: &'a [u8],
    delimiters: Delimiters,
    offset: u64,
    /// The segment number in the low 32 bits, and above them the flags. One field keeps the struct
    /// small, as segments are moved often.
    number: u64,
}

/// Flag: some bytes are not UTF-8.
const UNDECODABLE: u64 = 1 << 32;
/// Flag: white space before the terminator was left out.
pub(crate) const TRIMMED: u64 = 1 << 33;
/// Flag: the input ends before a terminator.
pub(crate) const UNTERMINATED: u64 = 1 << 34;
/// Flag: the number of bytes of the binary data is not the stated one.
pub(crate) const WRONG_LENGTH: u64 = 1 << 35;
/// Above the flags: the number of bytes before binary data, 0 where there are none.
const HEAD: u32 = 40;

/// The flags of a segment with binary data after this number of bytes.
pub(crate) fn after_head(bytes: usize) -> u64 {
    (bytes as u64) << HEAD
}

impl std::fmt::Debug for Segment<'_> {
    /// The place only: the text may be PHI.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Segment({})", self.place())
    }
}

impl<'a> Segment<'a> {
    /// Bytes that are known to be ASCII, or whose flags are known; `number` with its flags.
    #[inline]
    pub(crate) fn from_ascii(bytes: &'a [u8], delimiters: Delimiters, number: u64, offset: u64) -> Self {
        Self {
            bytes,
            delimiters,
            offset,
            number,
        }
    }

    /// Bytes of any kind.
    #[inline(never)]
    pub(crate) fn from_bytes(bytes: &'a [u8], delimiters: Delimiters, number: u64, offset: u64) -> Self {
        let mut segment = Self::from_ascii(bytes, delimiters, number, offset);
        if std::str::from_utf8(segment.head()).is_err() {
            segment.number |= UNDECODABLE;
        }
        segment
    }

    /// The same segment with other bytes.
    pub(crate) fn with_bytes<'b>(&self, bytes: &'b [u8]) -> Segment<'b> {
        Segment::from_bytes(bytes, self.delimiters, self.tagged_number(), self.offset)
    }

    /// Its bytes without binary data.
    #[inline]
    pub(crate) fn head(&self) -> &'a [u8] {
        match self.number >> HEAD {
            0 => self.bytes,
            head => self.bytes.get(..usize::try_from(head).unwrap_or(0)).unwrap_or_default(),
        }
    }

    /// The binary data of a BIN or BDS segment as they were received: bytes of any value. They are
    /// the last element, which the other accessors read as empty.
    pub fn binary(&self) -> Option<&'a [u8]> {
        let head = usize::try_from(self.number >> HEAD).unwrap_or(0);
        self.bytes.get(head..).filter(|_| head > 0)
    }

    /// The whole segment where it is UTF-8 without binary data.
    pub(crate) fn whole_text(&self) -> Option<&'a str> {
        let bytes = Some(self.bytes).filter(|_| self.number >> HEAD == 0);
        bytes.and_then(|bytes| std::str::from_utf8(bytes).ok())
    }

    /// The number with the flags, as [`Segment::from_bytes`] takes it.
    pub(crate) fn tagged_number(&self) -> u64 {
        self.number & !UNDECODABLE
    }

    /// Whether the check of its form has something to report.
    #[inline]
    pub(crate) fn is_suspect(&self) -> bool {
        self.number & (TRIMMED | UNTERMINATED | WRONG_LENGTH) != 0
    }

    /// Whether the number of bytes of the binary data is not the stated one.
    pub(crate) fn has_wrong_length(&self) -> bool {
        self.number & WRONG_LENGTH != 0
    }

    /// The elements that hold bytes which are not UTF-8, 0 for the id. [`Segment::element`] and the
    /// other accessors read such a value as absent; the components and repetitions beside it stay
    /// readable. [`Segment::decoded`] reads it.
    pub fn undecodable(&self) -> impl Iterator<Item = usize> + use<'a> {
        let (has_any, separator) = (self.number & UNDECODABLE != 0, self.delimiters.element_byte());
        let elements = self.head().split(move |byte| *byte == separator).enumerate();
        let broken = elements.filter(|(_, bytes)| std::str::from_utf8(bytes).is_err());
        broken.map(|(n, _)| n).take(if has_any { usize::MAX } else { 0 })
    }

    /// Element `n` with its delimiters. Where it is not UTF-8, it is decoded as Windows-1252, which
    /// has a character for each byte: files that are not UTF-8 come from programs that use it or
    /// its part Latin-1.
    pub fn decoded(&self, n: usize) -> Cow<'a, str> {
        decoded(self.element_bytes(n))
    }

    /// Whether all of it is UTF-8.
    pub(crate) fn is_text(&self) -> bool {
        self.number & UNDECODABLE == 0
    }

    /// Whether white space before the terminator was left out.
    pub(crate) fn is_trimmed(&self) -> bool {
        self.number & TRIMMED != 0
    }

    /// Whether the input ends before its terminator.
    pub(crate) fn is_unterminated(&self) -> bool {
        self.number & UNTERMINATED != 0
    }

    /// Whether the input ends inside element `n`, which should be `whole`, or before it.
    pub(crate) fn is_cut_in(&self, n: usize, whole: &str) -> bool {
        let found = self.element(n);
        self.is_unterminated() && found.len() < whole.len() && whole.starts_with(found)
    }

    /// The whole segment without its terminator and without binary data; elements that are not
    /// UTF-8 as in [`Segment::decoded`].
    pub fn text(&self) -> Cow<'a, str> {
        if self.number & UNDECODABLE == 0 {
            return Cow::Borrowed(text(self.head()));
        }
        let separator = self.delimiters.element_byte();
        let elements: Vec<_> = self.head().split(|byte| *byte == separator).map(decoded).collect();
        Cow::Owned(elements.join(self.delimiters.element().encode_utf8(&mut [0; 4])))
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

    /// The id, e.g. `NM1`. A known one in lower case is read as in upper case.
    #[inline]
    pub fn id(&self) -> &'a str {
        let id = self.id_bytes();
        Id::of_bytes(id)
            .known()
            .unwrap_or_else(|| self.upper_case_code().known().unwrap_or_else(|| text(id)))
    }

    /// The id in upper case, for ids that are not known as they are.
    #[cold]
    pub(crate) fn upper_case_code(&self) -> Id {
        Id::of_bytes(&self.id_bytes().to_ascii_uppercase())
    }

    /// The id, for comparison and lookup.
    #[inline]
    pub(crate) fn code(&self) -> Id {
        let separator = self.delimiters.element_byte();
        // Ids of two and three characters mix, which no branch predicts: they share one path.
        if let [a, b, c, d, ..] = *self.bytes {
            let is_two = c == separator;
            let last = if is_two { b } else { c };
            let is_usual = a != separator && b != separator && (is_two || d == separator) && last != b' ';
            if is_usual {
                return Id::of_three([a, b, if is_two { b' ' } else { c }]);
            }
        }
        Id::of_bytes(self.id_bytes())
    }

    #[inline]
    fn id_bytes(&self) -> &'a [u8] {
        let separator = self.delimiters.element_byte();
        let end = self.bytes.iter().position(|byte| *byte == separator);
        &self.bytes[..end.unwrap_or(self.bytes.len())]
    }

    /// Element `n`, counted from 1 as in the guides; empty where it is absent or not UTF-8, and for
    /// binary data ([`Segment::binary`]).
    #[inline]
    pub fn element(&self, n: usize) -> &'a str {
        text(self.element_bytes(n))
    }

    #[inline]
    fn element_bytes(&self, n: usize) -> &'a [u8] {
        let separator = self.delimiters.element_byte();
        let mut parts = self.head().split(|byte| *byte == separator);
        parts.nth(n).unwrap_or_default()
    }

    /// The repetitions of element `n`; none when the element is empty.
    #[inline]
    pub fn repetitions(&self, n: usize) -> impl Iterator<Item = &'a str> + use<'a> {
        let separator = self.delimiters.repetition_byte();
        let parts = self.element_bytes(n).split(move |byte| Some(*byte) == separator);
        parts.map(text).filter(|part| !part.is_empty())
    }

    /// Component `c` (from 1) of element `n`; empty where it is absent.
    #[inline]
    pub fn component(&self, n: usize, c: usize) -> &'a str {
        self.components(n).nth(c.saturating_sub(1)).unwrap_or_default()
    }

    /// The components of element `n`.
    #[inline]
    pub fn components(&self, n: usize) -> impl Iterator<Item = &'a str> + use<'a> {
        let separator = self.delimiters.component_byte();
        self.element_bytes(n).split(move |byte| *byte == separator).map(text)
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

/// Text between delimiters; empty where it is not UTF-8. Delimiters are ASCII, so that it is cut
/// between characters.
#[inline]
pub(crate) fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
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
    fn a_value_that_is_not_text_is_absent_and_listed_and_the_others_stay() {
        let s = Segment::from_bytes(b"NM1*IL*1*MU\xd1OZ*JO*A:\x96:C", Delimiters::STANDARD, 7, 42);
        assert_eq!((s.id(), s.element(3), s.element(4)), ("NM1", "", "JO"));
        assert_eq!(s.components(5).collect::<Vec<_>>(), ["A", "", "C"]);
        assert_eq!(s.undecodable().collect::<Vec<_>>(), [3, 5]);
        assert_eq!((s.decoded(3).as_ref(), s.decoded(4).as_ref()), ("MU\u{d1}OZ", "JO"));
        assert_eq!(s.text(), "NM1*IL*1*MU\u{d1}OZ*JO*A:\u{2013}:C");
        assert_eq!(s.bytes(), b"NM1*IL*1*MU\xd1OZ*JO*A:\x96:C");
        let s = Segment::from_bytes(b"NM1\xff*IL", Delimiters::STANDARD, 7, 42);
        assert_eq!((s.id(), s.element(1), s.undecodable().next()), ("", "IL", Some(0)));
        assert_eq!(segment("NM1*IL*1*MU\u{d1}OZ").undecodable().next(), None);
    }

    #[test]
    fn a_known_id_in_lower_case_is_read_as_in_upper_case() {
        assert_eq!((segment("nm1*il").id(), segment("st*837").id()), ("NM1", "ST"));
        assert_eq!(segment("smith*x").id(), "smith");
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
