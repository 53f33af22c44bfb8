//! One segment, borrowed from the input.

use crate::delimiters::Delimiters;
use crate::error::Place;

/// Ids that errors may name; anything else could be data after a wrong delimiter.
const KNOWN_IDS: [&str; 41] = [
    "ISA", "TA1", "GS", "ST", "SE", "GE", "IEA", "BHT", "HL", "TRN", "NM1", "REF", "N2", "N3", "N4", "PER", "PRV",
    "DMG", "INS", "HI", "DTP", "MPI", "EB", "EQ", "AMT", "III", "HSD", "AAA", "MSG", "LS", "LE", "AK1", "AK2", "IK3",
    "IK4", "IK5", "AK9", "CTX", "VEH", "PID", "CRC",
];

/// A segment without its terminator and without leading white space.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Segment<'a> {
    text: &'a str,
    delimiters: Delimiters,
    number: u32,
    offset: usize,
}

impl std::fmt::Debug for Segment<'_> {
    /// The place only: the text may be PHI.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Segment({})", self.place())
    }
}

impl<'a> Segment<'a> {
    pub(crate) fn new(text: &'a str, delimiters: Delimiters, number: u32, offset: usize) -> Self {
        Self {
            text,
            delimiters,
            number,
            offset,
        }
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
        let id = self.id();
        let known = KNOWN_IDS.iter().find(|k| **k == id).copied().unwrap_or("?");
        Place {
            segment: self.number,
            offset: self.offset,
            id: known,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(text: &str) -> Segment<'_> {
        Segment::new(text, Delimiters::STANDARD, 7, 42)
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
    fn an_unknown_id_is_never_named() {
        assert_eq!(segment("SMITH*X").place().id, "?");
        assert_eq!(
            format!("{:?}", segment("NM1*IL*1*SMITH")),
            "Segment(segment 7 (NM1) at byte 42)"
        );
    }
}
