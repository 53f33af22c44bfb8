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
    fn text_that_cannot_be_an_id_is_none_that_a_guide_uses() {
        assert_eq!(Id::new(""), Id::new("LONG"));
        assert_ne!(Id::new("N1 "), Id::new("N1"));
        assert_eq!(Id::new("é!").as_str(), "?", "an unknown id is not shown");
    }
}
