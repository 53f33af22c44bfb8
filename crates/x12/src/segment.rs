//! One segment, borrowed from the input.

use crate::delimiters::Delimiters;
use crate::error::Place;
use crate::guide::known;

/// A segment without its terminator and without leading white space.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Segment<'a> {
    text: &'a str,
    delimiters: Delimiters,
    number: u32,
    offset: u64,
    /// From this element on the bytes are no text.
    broken: Option<u8>,
}

impl std::fmt::Debug for Segment<'_> {
    /// The place only: the text may be PHI.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Segment({})", self.place())
    }
}

impl<'a> Segment<'a> {
    /// What of the bytes is UTF-8, up to the last whole element; the rest is not data that could be used.
    pub(crate) fn from_bytes(bytes: &'a [u8], delimiters: Delimiters, number: u32, offset: u64) -> Self {
        let (text, broken) = match std::str::from_utf8(bytes) {
            Ok(text) => (text, None),
            Err(error) => {
                let good = std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default();
                let whole = good.rfind(delimiters.element()).unwrap_or(good.len());
                let before = good.matches(delimiters.element()).count();
                (&good[..whole], Some(u8::try_from(before).unwrap_or(u8::MAX)))
            }
        };
        Self {
            text,
            delimiters,
            number,
            offset,
            broken,
        }
    }

    /// The element from which on the bytes are not UTF-8 text, 0 for the id; it and what follows are left out.
    pub fn not_text_from(&self) -> Option<u8> {
        self.broken
    }

    /// The whole segment without its terminator.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// The delimiters of its interchange.
    pub fn delimiters(&self) -> Delimiters {
        self.delimiters
    }

    /// Byte offset of its first character in the input.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The id, e.g. `NM1`.
    pub fn id(&self) -> &'a str {
        self.text.split(self.delimiters.element()).next().unwrap_or_default()
    }

    /// Element `n`, counted from 1 as the guides do; empty when absent.
    pub fn element(&self, n: usize) -> &'a str {
        self.text.split(self.delimiters.element()).nth(n).unwrap_or_default()
    }

    /// The repetitions of element `n`; none when the element is empty.
    pub fn repetitions(&self, n: usize) -> impl Iterator<Item = &'a str> + use<'a> {
        let separator = self.delimiters.repetition();
        let text = self.element(n);
        text.split(move |c| Some(c) == separator)
            .filter(|part| !part.is_empty())
    }

    /// Component `c` (from 1) of element `n`; empty when absent.
    pub fn component(&self, n: usize, c: usize) -> &'a str {
        self.components(n).nth(c.saturating_sub(1)).unwrap_or_default()
    }

    /// The components of element `n`.
    pub fn components(&self, n: usize) -> impl Iterator<Item = &'a str> + use<'a> {
        let separator = self.delimiters.component();
        self.element(n).split(separator)
    }

    /// Segment number in the interchange, ISA = 1.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Where it stands, safe to log.
    pub fn place(&self) -> Place {
        Place {
            segment: self.number,
            offset: self.offset,
            id: known(self.id()).unwrap_or("?"),
        }
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
    fn what_is_no_text_is_left_out_and_told() {
        let s = Segment::from_bytes(b"NM1*IL*1*MU\xd1OZ*JO", Delimiters::STANDARD, 7, 42);
        assert_eq!((s.text(), s.not_text_from()), ("NM1*IL*1", Some(3)));
        let s = Segment::from_bytes(b"\xff\xfe", Delimiters::STANDARD, 7, 42);
        assert_eq!((s.text(), s.not_text_from()), ("", Some(0)));
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
