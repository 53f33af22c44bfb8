//! Looks up segments by id, by number and without comparing text.

use super::{ENVELOPE, Id, compiled::SEGMENTS};

/// Ten times the number of segments.
const SLOTS: usize = 1 << BITS;
const BITS: u32 = 10;
/// With this factor each id of the guides is found in its first slot. Others that come later may
/// need a second one.
const FACTOR: u32 = 0x9755_D4C1;
const _: () = assert!(SEGMENTS.len() <= 128, "a loop has 128 rows for them");

/// For each slot 0, or the segment's index plus 1.
static TABLE: [u8; SLOTS] = table();

const fn slot(id: Id) -> usize {
    (id.number().wrapping_mul(FACTOR) >> (32 - BITS)) as usize
}

#[expect(clippy::cast_possible_truncation, reason = "there are at most 128 segments")]
const fn table() -> [u8; SLOTS] {
    let mut table = [0; SLOTS];
    let mut nth = 0;
    while nth < SEGMENTS.len() {
        let mut at = slot(Id::new(SEGMENTS[nth]));
        while table[at] != 0 {
            at = (at + 1) % SLOTS;
        }
        nth += 1;
        table[at] = nth as u8;
    }
    table
}

impl Id {
    /// Its index among all segments of the guides, sorted by id.
    #[inline]
    pub(crate) fn nth(self) -> Option<u8> {
        let mut at = slot(self);
        loop {
            let nth = TABLE[at % SLOTS].checked_sub(1)?;
            if LOOKED_UP[usize::from(nth) % IDS.len()] == self {
                return Some(nth);
            }
            at += 1;
        }
    }

    /// As text that may be shown, where the id is known.
    #[inline]
    pub(crate) fn known(self) -> Option<&'static str> {
        match self.nth() {
            Some(nth) => Some(name(nth)),
            None => ENVELOPE.iter().find(|known| Self::new(known) == self).copied(),
        }
    }
}

/// The id of the segment with this index.
#[inline]
pub(crate) fn name(nth: u8) -> &'static str {
    SEGMENTS.get(usize::from(nth)).copied().unwrap_or("?")
}

/// The ids of the segments, sorted.
const IDS: [Id; SEGMENTS.len()] = {
    let mut ids = [Id::new(""); SEGMENTS.len()];
    let mut nth = 0;
    while nth < ids.len() {
        ids[nth] = Id::new(SEGMENTS[nth]);
        nth += 1;
    }
    ids
};

static LOOKED_UP: [Id; SEGMENTS.len()] = IDS;

/// For each segment its row in a loop's dispatch table, plus 1.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a loop uses no more segments than there are"
)]
pub(super) const fn rows(dispatch: &[(Id, &[u16])]) -> [u8; 128] {
    let (mut rows, mut row, mut nth) = ([0; 128], 0, 0);
    // Both are sorted.
    while row < dispatch.len() && nth < IDS.len() {
        if IDS[nth].number() == dispatch[row].0.number() {
            row += 1;
            rows[nth] = row as u8;
        }
        nth += 1;
    }
    assert!(row == dispatch.len(), "a loop has a segment that is none");
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_segment_is_found_and_nothing_else() {
        for (nth, id) in (0..).zip(SEGMENTS) {
            assert_eq!((Id::new(id).nth(), Id::new(id).known()), (Some(nth), Some(*id)));
        }
        for id in ENVELOPE {
            assert_eq!(Id::new(id).known(), Some(id));
        }
        for id in ["", "?", "QQ", "NM", "NM1 ", "N1 ", "SMITH", "???"] {
            assert_eq!(Id::new(id).known(), None, "{id}");
        }
    }
}
