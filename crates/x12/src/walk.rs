//! Finds the loop of the guide that a segment belongs to. Segments are taken one by one and only
//! the open loops are remembered, so that memory does not depend on the size of the transaction
//! set.

mod frame;

use crate::fields::Fields;
use crate::finding::FindingKind;
use crate::guide::{Guide, Id, Key, Loop, Packed, Part, PartKind, SegmentUse, known};
use crate::segment::Segment;
use frame::Frames;

/// A part that the guide requires before the current segment and that is missing.
#[derive(Debug, Clone, Copy)]
pub struct MissingPart {
    /// The enclosing loop.
    pub within: &'static Loop,
    /// The missing part.
    pub part: &'static Part,
}

impl MissingPart {
    /// The finding, with the id of the missing segment and its loop.
    pub(crate) fn describe(&self) -> Option<(FindingKind, &'static str, &'static str)> {
        let opening = self.part.kind.opening()?;
        let id = known(opening.id.as_str()).unwrap_or("?");
        Some(match self.part.kind {
            PartKind::Segment(segment) => (FindingKind::MissingSegment { name: segment.name }, id, self.within.id),
            PartKind::Loop(of) => (FindingKind::MissingLoop { name: of.name }, id, of.id),
        })
    }
}

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
        let first = fields.component(next, 1, 1);
        let mut openings = self.of.candidates(next.code()).filter_map(|part| part.kind.opening());
        openings.any(|opening| fits(opening.key.as_ref(), first, next, &fields))
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
    /// it.
    pub(crate) fn step(
        &mut self,
        segment: &Segment<'_>,
        fields: &Fields,
        on_missing: &mut dyn FnMut(MissingPart),
    ) -> Option<Placed> {
        let nth = segment.code().nth().or_else(|| segment.upper_case_code().nth())?;
        self.step_to(nth, segment, fields, on_missing)
    }

    /// As [`Walker::step`], with the index of the segment.
    pub(crate) fn step_to(
        &mut self,
        nth: u8,
        segment: &Segment<'_>,
        fields: &Fields,
        on_missing: &mut dyn FnMut(MissingPart),
    ) -> Option<Placed> {
        let exact = self.step_exactly(nth, segment, fields, on_missing);
        exact.or_else(|| self.step_by_id(nth, on_missing))
    }

    /// Takes a segment whose qualifier, too, fits its place.
    #[inline]
    pub(crate) fn step_exactly(
        &mut self,
        nth: u8,
        segment: &Segment<'_>,
        fields: &Fields,
        on_missing: &mut dyn FnMut(MissingPart),
    ) -> Option<Placed> {
        // Nearly every key is in element 1, so it is read once.
        let first = fields.component(segment, 1, 1);
        let (depth, index) = self.find(nth, |part| {
            let opening = part.kind.opening();
            opening.is_some_and(|opening| fits(opening.key.as_ref(), first, segment, fields))
        })?;
        self.frames.close_above(depth, on_missing);
        self.frames.advance(depth, index, on_missing);
        self.place(depth, index, false)
    }

    /// Takes a segment whose qualifier is wrong: it counts as the first use of its id from the
    /// current position on, and its code is reported there.
    #[cold]
    pub(crate) fn step_by_id(&mut self, nth: u8, on_missing: &mut dyn FnMut(MissingPart)) -> Option<Placed> {
        let top = self.frames.depth() - 1;
        let mut candidates = self.frames.candidates(top, nth);
        let index = candidates.find(|index| !is_opener(top, *index))?;
        self.frames.advance(top, index, on_missing);
        self.place(top, index, true)
    }

    /// Takes a segment without an exact place: `by_id` alone, or into a loop whose first segment is
    /// missing.
    #[cold]
    pub(crate) fn step_otherwise(
        &mut self,
        nth: u8,
        segment: &Segment<'_>,
        fields: &Fields,
        by_id: bool,
        on_missing: &mut dyn FnMut(MissingPart),
    ) -> Option<Placed> {
        let by_id = by_id.then(|| self.step_by_id(nth, on_missing)).flatten();
        if by_id.is_some() || self.is_out_of_sequence(segment, fields) {
            return by_id;
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
        let first = fields.component(segment, 1, 1);
        let (depth, index, of) = (0..self.frames.depth()).rev().find_map(|depth| {
            let mut missing = self.frames.missing_loops(depth);
            missing.find_map(|(index, of)| {
                let mut parts = of.indexes_of(nth).iter().filter(|at| **at > 0);
                let opening = |at: &u16| of.parts.get(usize::from(*at)).and_then(|part| part.kind.opening());
                let is_fit = |use_: &SegmentUse| fits(use_.key.as_ref(), first, segment, fields);
                parts
                    .any(|at| opening(at).is_some_and(is_fit))
                    .then_some((depth, index, of))
            })
        })?;
        let part = self.frames.part(depth, index);
        let within = self.frames.loop_at(depth);
        self.frames.close_above(depth, on_missing);
        self.frames.advance(depth, index, on_missing);
        on_missing(MissingPart { within, part });
        self.frames.open(of);
        self.frames.count_first();
        self.step_to(nth, segment, fields, on_missing)
    }

    /// The innermost loop with a part that fits from its current position on; a part that may still
    /// occur is preferred to one at its limit. A segment that opens a loop opens another one beyond
    /// the limit and does not stay in the loop that it opened: that would mix two parties.
    fn find(&self, nth: u8, fits: impl Fn(&'static Part) -> bool) -> Option<(usize, u16)> {
        let mut full = None;
        for depth in (0..self.frames.depth()).rev() {
            for index in self.frames.candidates(depth, nth) {
                let part = self.frames.part(depth, index);
                if is_opener(depth, index) || !fits(part) {
                    continue;
                }
                if self.frames.count(depth, index) < part.kind.max() {
                    return Some((depth, index));
                }
                full = full.or(Some((depth, index)));
            }
        }
        full
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
        let first = fields.component(segment, 1, 1);
        let fits = |part: &'static Part| {
            let opening = part.kind.opening();
            opening.is_some_and(|opening| fits(opening.key.as_ref(), first, segment, fields))
        };
        self.open().any(|open| open.candidates(segment.code()).any(fits))
    }

    /// The earlier place of a segment that is out of sequence, in the innermost open loop that has
    /// one: the depth of the loop, 1 for the root, and the use. Segments that open loops have none.
    pub(crate) fn earlier_place(&self, segment: &Segment<'_>, fields: &Fields) -> Option<(usize, &'static SegmentUse)> {
        let first = fields.component(segment, 1, 1);
        let within = |open: &'static Loop| {
            let opener = open.parts.first();
            let own = |part: &&'static Part| !opener.is_some_and(|opener| std::ptr::eq(opener, *part));
            open.candidates(segment.code())
                .filter(own)
                .find_map(|part| match part.kind {
                    PartKind::Segment(of) if fits(of.key.as_ref(), first, segment, fields) => Some(of),
                    _ => None,
                })
        };
        let mut places = (1..).zip(self.open()).collect::<Vec<_>>();
        places.reverse();
        places
            .into_iter()
            .find_map(|(depth, open)| Some((depth, within(open)?)))
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
        self.place(into.depth, into.index, true)
    }

    fn place(&mut self, depth: usize, index: u16, by_id_only: bool) -> Option<Placed> {
        let part = self.frames.part(depth, index);
        let count = self.frames.count(depth, index);
        let kept = self.frames.depth();
        let mut opened = false;
        if let PartKind::Loop(of) = part.kind {
            self.frames.open(of);
            self.frames.count_first();
            opened = true;
        }
        Some(Placed {
            of: part.kind.opening()?,
            within: self.frames.innermost(),
            depth: self.frames.depth(),
            opened,
            kept,
            count,
            part,
            by_id_only,
        })
    }

    /// Ends the transaction set: reports what is missing in the open loops.
    pub(crate) fn finish(&mut self, on_missing: &mut dyn FnMut(MissingPart)) {
        self.frames.close_above(0, on_missing);
        self.frames.close_root(on_missing);
    }
}

/// Every loop but the root begins with the segment that opens it.
fn is_opener(depth: usize, index: u16) -> bool {
    index == 0 && depth > 0
}

#[inline]
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
