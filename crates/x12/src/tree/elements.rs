//! Where the elements of a segment are, found once.

use crate::fields::Fields;

/// The elements that are kept; more are rare, and are looked for in the segment.
const KEPT: usize = 17;

/// Where the first elements of a segment begin.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Offsets {
    /// Elements 1, 2, ..., and where the next one would.
    begins: [u16; KEPT + 1],
    /// Number of elements that are kept.
    count: u8,
    /// Whether the segment has no more.
    is_all: bool,
}

impl Offsets {
    pub(crate) fn of(fields: &Fields) -> Self {
        let count = fields.len().min(KEPT);
        let begins = fields.begins().get(..=count).unwrap_or_default();
        // A segment that is longer than the offsets is searched.
        if begins.last().is_none_or(|last| *last > u32::from(u16::MAX)) {
            return Self::default();
        }
        let mut found = Self {
            count: u8::try_from(count).unwrap_or(0),
            is_all: fields.len() <= KEPT,
            ..Self::default()
        };
        for (begin, at) in found.begins.iter_mut().zip(begins) {
            *begin = u16::try_from(*at).unwrap_or(u16::MAX);
        }
        found
    }

    /// Element `n` of the text of the segment, from 1; `None` where the segment must be searched.
    #[inline]
    pub(super) fn element<'a>(&self, text: &'a str, n: usize) -> Option<&'a str> {
        let at = n.wrapping_sub(1);
        if at < usize::from(self.count) {
            let (begin, next) = (self.begins.get(at)?, self.begins.get(at + 1)?);
            return text.get(usize::from(*begin)..usize::from(*next).checked_sub(1)?);
        }
        (self.is_all && n > 0).then_some("")
    }
}
