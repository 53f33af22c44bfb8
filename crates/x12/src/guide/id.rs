//! Segment ids.

/// A segment id of two or three characters, packed into one number for fast comparison. It sorts as
/// the text does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(u32);

impl Id {
    /// One of 64 bits, for a set of ids that may hold others.
    #[inline]
    pub(crate) const fn bit(self) -> u64 {
        1 << (self.number().wrapping_mul(0x9E37_79B1) >> 26)
    }

    /// An id that no segment has.
    const NONE: Self = Self::of_three(*b"???");

    /// The id of this text. Text that cannot be an id (empty, longer than three bytes, or ending in
    /// a space) gives the id `???`, which no guide uses.
    #[inline]
    pub const fn new(text: &str) -> Self {
        Self::of_bytes(text.as_bytes())
    }

    /// As [`Id::new`].
    #[inline]
    pub(crate) const fn of_bytes(text: &[u8]) -> Self {
        match text {
            [_, b' '] | [_, _, b' '] => Self::NONE,
            [a] => Self::of_three([*a, b' ', b' ']),
            [a, b] => Self::of_three([*a, *b, b' ']),
            [a, b, c] => Self::of_three([*a, *b, *c]),
            _ => Self::NONE,
        }
    }

    /// Padded with spaces.
    #[inline]
    pub(crate) const fn of_three([a, b, c]: [u8; 3]) -> Self {
        Self(u32::from_be_bytes([0, a, b, c]))
    }

    pub(super) const fn number(self) -> u32 {
        self.0
    }

    /// Whether a text is this id but for one character that is wrong, missing or too much, or two
    /// that are exchanged.
    pub(crate) fn is_near(self, text: &str) -> bool {
        let (one, other) = (self.as_str().as_bytes(), text.as_bytes());
        let without = |all: &[u8], n: usize| [&all[..n], &all[n + 1..]].concat();
        match one.len().abs_diff(other.len()) {
            0 => {
                let mut differ = (0..one.len()).filter(|n| one[*n] != other[*n]);
                match (differ.next(), differ.next(), differ.next()) {
                    (Some(_), None, None) => true,
                    (Some(a), Some(b), None) => a + 1 == b && one[a] == other[b] && one[b] == other[a],
                    _ => false,
                }
            }
            1 if one.len() > other.len() => (0..one.len()).any(|n| without(one, n) == other),
            1 => (0..other.len()).any(|n| without(other, n) == one),
            _ => false,
        }
    }

    /// As text; `?` where no guide has it.
    pub fn as_str(self) -> &'static str {
        self.known().unwrap_or("?")
    }
}

impl std::fmt::Debug for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_padded_and_sort_as_text_does() {
        assert_eq!(Id::new("N1").as_str(), "N1");
        assert_eq!(format!("{} {:?}", Id::new("NM1"), Id::new("HL")), "NM1 HL");
        assert!(Id::new("N1") < Id::new("N10") && Id::new("N10") < Id::new("NM1"));
    }

    #[test]
    fn an_id_is_near_another_that_one_slip_makes_of_it() {
        let clp = Id::new("CLP");
        for near in ["CLQ", "XLP", "LCP", "CPL", "CP", "CL", "CLPP", "CXLP"] {
            assert!(clp.is_near(near), "{near}");
        }
        for other in ["CLP", "PLC", "CAS", "", "C", "CLPXX", "NM1"] {
            assert!(!clp.is_near(other), "{other}");
        }
        assert!(Id::new("HL").is_near("HX") && Id::new("HL").is_near("H") && !Id::new("HL").is_near("LX"));
    }

    #[test]
    fn text_that_cannot_be_an_id_is_none_that_a_guide_uses() {
        assert_eq!(Id::new(""), Id::new("LONG"));
        assert_ne!(Id::new("N1 "), Id::new("N1"));
        assert_eq!(Id::new("é!").as_str(), "?", "an unknown id is not shown");
    }
}
