//! Finds the loop of the guide that a segment belongs to. Segments are taken one by one and only
//! the open loops are remembered, so that memory does not depend on the size of the transaction
//! set.

#![expect(
    clippy::inline_always,
    reason = "every segment passes here: calls take a tenth of a check"
)]

mod astray;
mod frame;
mod lost;
mod missing;

use crate::fields::Fields;
use crate::finding::FindingKind;
use crate::guide::{Guide, Id, Key, Loop, Packed, Part, PartKind, SegmentUse, Usage};
use crate::segment::Segment;
use frame::Frames;

pub(crate) use astray::Astray;
pub use missing::MissingPart;
pub(crate) use missing::MissingParts;

/// The place of a segment in its guide.
#[derive(Debug, Clone, Copy)]
pub struct Placed {
    /// Its use in the guide.
    pub of: &'static SegmentUse,
    /// The loop that contains it.
    pub within: &'static Loop,
    /// Number of open loops including this one; the root is 1.
    pub depth: usize,
    /// Whether it opened this loop.
    pub opened: bool,
    /// Number of loops that remain open from before; the others were opened by it.
    pub kept: usize,
    /// Occurrences of this part, including this one.
    pub count: u32,
    /// The part: of `within`, or where it opened a loop, that loop as a part of the enclosing one.
    pub part: &'static Part,
    /// Only its id fits: the guide does not have its qualifier here.
    pub by_id_only: bool,
    /// It is out of sequence: the guide has it in another place of this loop.
    pub is_out_of_sequence: bool,
}

/// Whether a part may be taken more often than the guide allows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    Within,
    Beyond,
}

impl Placed {
    /// The finding that this part occurs more often than the guide allows.
    pub(crate) fn surplus(&self) -> Option<FindingKind> {
        let max = self.part.kind.max();
        let kind = match self.part.kind {
            PartKind::Segment(SegmentUse { name, .. }) => FindingKind::TooManySegments { max, name },
            PartKind::Loop(Loop { name, .. }) => FindingKind::TooManyLoops { max, name },
        };
        (self.count > max).then_some(kind)
    }
}

/// How a segment fits its place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    Exact,
    ById,
    OutOfSequence,
}

/// A loop that could be opened, as a part of the open loop at a depth from 0.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Openable {
    pub(crate) depth: usize,
    index: u16,
    pub(crate) of: &'static Loop,
}

impl Openable {
    /// Whether the segment after the first one can be in it.
    pub(crate) fn continues_with(&self, next: &Segment<'_>) -> bool {
        let mut fields = Fields::default();
        fields.of(next);
        self.of.candidates(next.code()).any(|part| part.fits(next, &fields))
    }
}

/// Follows one transaction set through its guide.
#[derive(Debug)]
pub struct Walker {
    guide: &'static Guide,
    frames: Frames,
}

impl Walker {
    /// A walker before the ST segment.
    pub fn new(guide: &'static Guide) -> Self {
        Self {
            guide,
            frames: Frames::of(guide.root),
        }
    }

    /// A walker after the ST segment.
    pub(crate) fn after_first(guide: &'static Guide) -> Self {
        let mut walker = Self::new(guide);
        walker.frames.count_first();
        walker
    }

    /// The guide it follows.
    pub fn guide(&self) -> &'static Guide {
        self.guide
    }

    /// Continues with another guide that begins alike: the next segment is the second.
    pub(crate) fn restart_with(&mut self, guide: &'static Guide) {
        *self = Self::after_first(guide);
    }

    /// The open loops, the root first.
    pub fn open(&self) -> impl DoubleEndedIterator<Item = &'static Loop> + ExactSizeIterator + '_ {
        self.frames.loops()
    }

    /// Takes the next segment of the transaction set, ST first. Returns `None` and changes nothing
    /// where the guide has no place for it. `on_missing` receives the parts that are missing before
    /// it. `astray`: it may belong to something that the guide does not know, and must fit exactly.
    pub(crate) fn step(
        &mut self,
        segment: &Segment<'_>,
        fields: &Fields,
        astray: bool,
        on_missing: &mut dyn FnMut(MissingPart),
    ) -> Option<Placed> {
        let nth = segment.code().nth().or_else(|| segment.upper_case_code().nth())?;
        let mut placed = None;
        if !self.step_exactly(nth, segment, fields, Limit::Within, on_missing, &mut placed) {
            placed = self.step_inexactly(nth, segment, fields, astray, on_missing);
        }
        placed
    }

    /// Takes a segment whose qualifier, too, fits its place, which is `out`: to return it would
    /// copy it. Returns whether there is one.
    pub(crate) fn step_exactly(
        &mut self,
        nth: u8,
        segment: &Segment<'_>,
        fields: &Fields,
        limit: Limit,
        on_missing: &mut dyn FnMut(MissingPart),
        out: &mut Option<Placed>,
    ) -> bool {
        let Some((depth, index)) = self.find(nth, segment, fields, limit) else {
            return false;
        };
        self.frames.close_above(depth, on_missing);
        self.frames.advance(depth, index, on_missing);
        *out = self.place(depth, index, Fit::Exact);
        true
    }

    /// Whether a segment opens a loop that the `held` one before it belongs to. Where the innermost
    /// loop has an earlier place for that one, it only does if the loop requires it.
    #[cold]
    pub(crate) fn opens_loop_for(
        &self,
        opener: (u8, &Segment<'_>, &Fields),
        held: (u8, &Segment<'_>, &Fields),
    ) -> bool {
        let (nth, segment, fields) = opener;
        let found = self.find(nth, segment, fields, Limit::Within);
        let part = found.map(|(depth, index)| &self.frames.part(depth, index).kind);
        let Some(PartKind::Loop(of)) = part else {
            return false;
        };
        let (nth, segment, fields) = held;
        let own = of.indexes_of(nth).iter().filter(|index| **index > 0);
        let mut own = own.filter_map(|index| of.parts.get(usize::from(*index)));
        let Some(early) = own.find(|part| part.fits(segment, fields)) else {
            return false;
        };
        let top = self.frames.depth() - 1;
        let late = self.earlier(top, nth, segment, fields);
        let late = late.filter(|index| self.frames.count(top, *index) == 0);
        let is_required = |part: &Part| part.kind.usage() == Usage::Required;
        late.is_none_or(|index| is_required(early) && !is_required(self.frames.part(top, index)))
    }

    /// Takes a segment that stood before the one that opened the innermost loop, which goes on
    /// where it is.
    #[cold]
    pub(crate) fn step_early(&mut self, nth: u8, segment: &Segment<'_>, fields: &Fields) -> Option<Placed> {
        let top = self.frames.depth() - 1;
        let mut candidates = self.frames.candidates(top, nth);
        let index =
            candidates.find(|index| !is_opener(top, *index) && self.frames.part(top, *index).fits(segment, fields))?;
        self.frames.count_one(top, index);
        self.place(top, index, Fit::OutOfSequence)
    }

    /// Takes a segment that fits no place within its limit: out of sequence, beyond its limit, or
    /// by its id alone. The innermost loop goes before those around it: a segment of a line with a
    /// wrong qualifier is not one of the claim. `astray`: it may belong to something that the guide
    /// does not know, so that nothing is guessed.
    #[cold]
    fn step_inexactly(
        &mut self,
        nth: u8,
        segment: &Segment<'_>,
        fields: &Fields,
        astray: bool,
        on_missing: &mut dyn FnMut(MissingPart),
    ) -> Option<Placed> {
        if self.second_person(nth, segment, fields).is_some() {
            return None;
        }
        let top = self.frames.depth() - 1;
        let late = self.earlier(top, nth, segment, fields).filter(|_| !astray);
        if let Some(index) = late.filter(|index| self.frames.count(top, *index) == 0) {
            return self.step_back(top, index, on_missing);
        }
        let mut placed = None;
        if self.step_exactly(nth, segment, fields, Limit::Beyond, on_missing, &mut placed) {
            return placed;
        }
        if astray {
            return None;
        }
        if let Some(index) = late {
            return self.step_back(top, index, on_missing);
        }
        if let Some(placed) = self.step_by_id(nth, on_missing) {
            return Some(placed);
        }
        let mut outer = (0..top).rev();
        let (depth, index) = outer.find_map(|depth| Some((depth, self.earlier(depth, nth, segment, fields)?)))?;
        self.step_back(depth, index, on_missing)
    }

    /// A part of the loop at `depth`, before its current position, that fits a segment. One at its
    /// limit is only taken in the innermost loop, and only if it opens no loop: the segment rather
    /// belongs to something that the guide does not know.
    fn earlier(&self, depth: usize, nth: u8, segment: &Segment<'_>, fields: &Fields) -> Option<u16> {
        let is_top = depth + 1 == self.frames.depth();
        let is_fit = |index: u16| {
            let part = self.frames.part(depth, index);
            let may_occur = self.frames.count(depth, index) < part.kind.max();
            let is_taken = may_occur || is_top && matches!(part.kind, PartKind::Segment(_));
            is_taken && !is_opener(depth, index) && part.fits(segment, fields)
        };
        let mut earlier = self.frames.earlier(depth, nth);
        earlier.find(|index| is_fit(*index))
    }

    /// Takes a segment in an earlier place of the loop at `depth`, which goes on where it was.
    fn step_back(&mut self, depth: usize, index: u16, on_missing: &mut dyn FnMut(MissingPart)) -> Option<Placed> {
        if let PartKind::Loop(_) = self.frames.part(depth, index).kind {
            self.frames.close_above(depth, on_missing);
        }
        self.frames.count_one(depth, index);
        self.place(depth, index, Fit::OutOfSequence)
    }

    /// Takes a segment whose qualifier is wrong: it counts as the first use of its id from the
    /// current position on, and its code is reported there.
    #[cold]
    fn step_by_id(&mut self, nth: u8, on_missing: &mut dyn FnMut(MissingPart)) -> Option<Placed> {
        let top = self.frames.depth() - 1;
        let mut candidates = self.frames.candidates(top, nth);
        let index = candidates.find(|index| !is_opener(top, *index))?;
        self.frames.advance(top, index, on_missing);
        self.place(top, index, Fit::ById)
    }

    /// Takes a segment that fits no place within its limit, also into a loop whose first segment is
    /// missing.
    #[cold]
    pub(crate) fn step_otherwise(
        &mut self,
        nth: u8,
        segment: &Segment<'_>,
        fields: &Fields,
        astray: bool,
        on_missing: &mut dyn FnMut(MissingPart),
    ) -> Option<Placed> {
        let placed = self.step_inexactly(nth, segment, fields, astray, on_missing);
        if placed.is_some() {
            return placed;
        }
        if self.is_out_of_sequence(segment, fields) {
            return None;
        }
        self.step_into_missing(nth, segment, fields, on_missing)
    }

    /// Takes a segment that has no place because the segment that opens its loop is missing: the
    /// innermost required loop that has not come and that has a place for it is opened. Returns
    /// `None` and changes nothing where there is no such loop.
    fn step_into_missing(
        &mut self,
        nth: u8,
        segment: &Segment<'_>,
        fields: &Fields,
        on_missing: &mut dyn FnMut(MissingPart),
    ) -> Option<Placed> {
        let (depth, index, of) = (0..self.frames.depth()).rev().find_map(|depth| {
            let mut missing = self.frames.missing_loops(depth);
            missing.find_map(|(index, of)| {
                let mut parts = of.indexes_of(nth).iter().filter(|at| **at > 0);
                let is_fit = |at: &u16| {
                    of.parts
                        .get(usize::from(*at))
                        .is_some_and(|part| part.fits(segment, fields))
                };
                parts.any(is_fit).then_some((depth, index, of))
            })
        })?;
        let part = self.frames.part(depth, index);
        let within = self.frames.loop_at(depth);
        self.frames.close_above(depth, on_missing);
        self.frames.advance(depth, index, on_missing);
        on_missing(MissingPart {
            within,
            part,
            depth: depth + 1,
        });
        self.frames.open(of);
        self.frames.count_first();
        let mut placed = None;
        self.step_exactly(nth, segment, fields, Limit::Beyond, on_missing, &mut placed);
        let kept = depth + 1;
        placed.map(|placed| Placed { kept, ..placed })
    }

    /// The innermost loop with a part that fits from its current position on; a part that may still
    /// occur is preferred to one at its limit. A segment that opens a loop opens another one beyond
    /// the limit and does not stay in the loop that it opened: that would mix two parties.
    #[inline(always)]
    fn find(&self, nth: u8, segment: &Segment<'_>, fields: &Fields, limit: Limit) -> Option<(usize, u16)> {
        // Nearly every key is in element 1, so it is read once.
        let first = fields.component(segment, 1, 1);
        let mut full = None;
        for depth in (0..self.frames.depth()).rev() {
            for index in self.frames.candidates(depth, nth) {
                let part = self.frames.part(depth, index);
                if is_opener(depth, index) || !part.fits_with(first, segment, fields) {
                    continue;
                }
                if self.frames.count(depth, index) < part.kind.max() {
                    return Some((depth, index));
                }
                full = full.or(Some((depth, index)));
            }
        }
        full.filter(|_| limit == Limit::Beyond)
    }

    /// Whether a segment with this id opens one of the open loops, or one inside them. If such a
    /// segment has no place, the following segments belong to something that the guide does not
    /// know.
    pub(crate) fn opens_loops(&self, id: &str) -> bool {
        let id = Id::new(id);
        let opens =
            |part: &Part| matches!(part.kind, PartKind::Loop(of) if of.opening().is_some_and(|first| first.id == id));
        self.open().any(|of| of.parts.iter().any(opens))
    }

    /// Whether an open loop has an earlier place for a segment without a place.
    pub(crate) fn is_out_of_sequence(&self, segment: &Segment<'_>, fields: &Fields) -> bool {
        let fits = |part: &'static Part| part.fits(segment, fields);
        self.open().any(|open| open.candidates(segment.code()).any(fits))
    }

    /// The loops that a segment with this index could open, whatever its code: the innermost first,
    /// those that may still occur before those at their limit.
    pub(crate) fn openable(&self, nth: u8) -> Vec<Openable> {
        let at = |depth: usize| {
            let openers = self.frames.candidates(depth, nth);
            openers.filter_map(move |index| match self.frames.part(depth, index).kind {
                PartKind::Loop(of) => Some(Openable { depth, index, of }),
                PartKind::Segment(_) => None,
            })
        };
        let mut found: Vec<_> = (0..self.frames.depth()).rev().flat_map(at).collect();
        found.sort_by_key(|one| self.frames.count(one.depth, one.index) >= one.of.max);
        found
    }

    /// Takes a segment that opens this loop, although its code is not that of the loop.
    pub(crate) fn step_into(&mut self, into: Openable, on_missing: &mut dyn FnMut(MissingPart)) -> Option<Placed> {
        self.frames.close_above(into.depth, on_missing);
        self.frames.advance(into.depth, into.index, on_missing);
        self.place(into.depth, into.index, Fit::ById)
    }

    #[inline(always)]
    fn place(&mut self, depth: usize, index: u16, fit: Fit) -> Option<Placed> {
        let part = self.frames.part(depth, index);
        let count = self.frames.count(depth, index);
        let kept = self.frames.depth();
        let mut opened = false;
        if let PartKind::Loop(of) = part.kind {
            self.frames.open(of);
            self.frames.count_first();
            opened = true;
        }
        // A late segment leaves the loops inside its own open.
        let depth = if opened { self.frames.depth() } else { depth + 1 };
        Some(Placed {
            of: part.kind.opening()?,
            within: self.frames.loop_at(depth - 1),
            depth,
            opened,
            kept,
            count,
            part,
            by_id_only: fit == Fit::ById,
            is_out_of_sequence: fit == Fit::OutOfSequence,
        })
    }

    /// Ends the transaction set: reports what is missing in the open loops.
    pub(crate) fn finish(&mut self, on_missing: &mut dyn FnMut(MissingPart)) {
        self.frames.close_above(0, on_missing);
        self.frames.close_root(on_missing);
    }
}

/// Every loop but the root begins with the segment that opens it.
#[inline]
fn is_opener(depth: usize, index: u16) -> bool {
    index == 0 && depth > 0
}

impl Part {
    /// Whether a segment is this part or opens it.
    pub(crate) fn is(&self, segment: &Segment<'_>, fields: &Fields) -> bool {
        let opening = self.kind.opening();
        opening.is_some_and(|opening| opening.id == segment.code()) && self.fits(segment, fields)
    }

    /// Whether a segment with its id can be this part or open it, by its qualifier.
    fn fits(&self, segment: &Segment<'_>, fields: &Fields) -> bool {
        self.fits_with(fields.component(segment, 1, 1), segment, fields)
    }

    /// As [`Part::fits`], with the first component of element 1.
    #[inline(always)]
    fn fits_with(&self, first: Packed<'_>, segment: &Segment<'_>, fields: &Fields) -> bool {
        let opening = self.kind.opening();
        opening.is_some_and(|opening| fits(opening.key.as_ref(), first, segment, fields))
    }
}

#[inline(always)]
fn fits(key: Option<&Key>, first: Packed<'_>, segment: &Segment<'_>, fields: &Fields) -> bool {
    let Some(key) = key else { return true };
    match (key.element, key.component) {
        (1, 0 | 1) => key.codes.has(first),
        (element, component) => {
            let component = usize::from(component.max(1));
            key.codes
                .has(fields.component(segment, usize::from(element), component))
        }
    }
}

#[cfg(test)]
mod tests;
