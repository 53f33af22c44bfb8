//! Where a segment without a place could belong.

use super::{Walker, is_opener};
use crate::fields::Fields;
use crate::guide::{Loop, PartKind, SegmentUse};
use crate::segment::Segment;

/// A segment without a place, with the index of its id.
#[derive(Clone, Copy)]
pub(crate) struct Astray<'s, 'a> {
    pub(crate) nth: u8,
    pub(crate) segment: &'s Segment<'a>,
    pub(crate) fields: &'s Fields,
}

/// A loop that is not open, and the number of open loops around it.
pub(crate) type Unopened = (&'static Loop, usize);

impl Walker {
    /// The uses of a segment that open loops have from their current position on, the innermost
    /// loop first.
    pub(crate) fn uses_here(&self, nth: u8) -> impl Iterator<Item = &'static SegmentUse> + '_ {
        let depths = (0..self.frames.depth()).rev();
        let parts = depths.flat_map(move |depth| {
            let all = self.frames.candidates(depth, nth);
            let all = all.filter(move |index| !is_opener(depth, *index));
            all.map(move |index| self.frames.part(depth, index))
        });
        parts.filter_map(|part| part.kind.opening())
    }

    /// The loop that could open here and that a segment belongs to: one inside the innermost open
    /// loop or inside the one around that; another only where one loop alone has such a segment.
    pub(crate) fn unopened(&self, astray: Astray<'_, '_>) -> Option<Unopened> {
        let open = self.frames.depth();
        let inside = |depth: usize| self.frames.loops_ahead(depth).map(move |of| (of, depth + 1));
        let mut near = (open.saturating_sub(2)..open).rev().flat_map(inside);
        near.find(|(of, _)| of.has(astray)).or_else(|| {
            let mut ids = Vec::new();
            self.guide.root.owners(astray, &mut ids);
            ids.sort_unstable();
            ids.dedup();
            let mut ahead = (0..open).rev().flat_map(inside);
            ahead.find(|(of, _)| ids.len() == 1 && of.holds(astray))
        })
    }

    /// The innermost open loop that has a place for a segment, but not once more, where that loop
    /// may come again.
    pub(crate) fn repeatable(&self, astray: Astray<'_, '_>) -> Option<Unopened> {
        let mut open = self.open().enumerate().rev();
        let (depth, of) = open.find(|(_, of)| of.has(astray))?;
        (of.max > 1).then_some((of, depth))
    }
}

impl Loop {
    /// Whether it has a place for a segment after its first one.
    fn has(&self, astray: Astray<'_, '_>) -> bool {
        let mut own = self.indexes_of(astray.nth).iter().filter(|index| **index > 0);
        own.any(|index| self.parts[usize::from(*index)].fits(astray.segment, astray.fields))
    }

    /// Whether it or a loop inside it has such a place.
    fn holds(&self, astray: Astray<'_, '_>) -> bool {
        self.has(astray) || self.inner().any(|of| of.holds(astray))
    }

    /// The ids of the loops that have such a place.
    fn owners(&self, astray: Astray<'_, '_>, ids: &mut Vec<&'static str>) {
        if self.has(astray) {
            ids.push(self.id);
        }
        self.inner().for_each(|of| of.owners(astray, ids));
    }

    /// Whether it or a loop inside it uses the segment with this index.
    pub(crate) fn uses(&self, nth: u8) -> bool {
        !self.indexes_of(nth).is_empty() || self.inner().any(|of| of.uses(nth))
    }

    fn inner(&self) -> impl Iterator<Item = &'static Loop> {
        self.parts.iter().filter_map(|part| match part.kind {
            PartKind::Loop(of) => Some(of),
            PartKind::Segment(_) => None,
        })
    }
}
