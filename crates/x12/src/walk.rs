//! Which loop of the guide a segment belongs to. Segments come one by one; nothing but the open loops is remembered, so that a transaction
//! set of any size takes the same memory.

mod frame;

use crate::fields::Fields;
use crate::guide::{Guide, Id, Key, Loop, Packed, Part, PartKind, SegmentUse};
use crate::segment::Segment;
use frame::Frames;

/// Something that the guide asks for and that did not come before the segment at hand.
#[derive(Debug, Clone, Copy)]
pub struct MissingPart {
    /// The loop it belongs to.
    pub within: &'static Loop,
    /// What is missing.
    pub part: &'static Part,
}

/// Where a segment belongs.
#[derive(Debug, Clone, Copy)]
pub struct Placed {
    /// Its use in the guide.
    pub of: &'static SegmentUse,
    /// The loop it stands in.
    pub within: &'static Loop,
    /// How many loops are open, this one included; the root is 1.
    pub depth: usize,
    /// Whether it opened this loop.
    pub opened: bool,
    /// How many of the open loops were open before; the rest it opened.
    pub kept: usize,
    /// How many times this part has come, this one included.
    pub count: u32,
    /// The part: of `within`, or where it opened a loop, that loop as a part of the one around it.
    pub part: &'static Part,
    /// It stands where only its id fits: its qualifier is not one that the guide has here.
    pub by_id_only: bool,
}

/// Follows one transaction set through its guide.
#[derive(Debug)]
pub struct Walker {
    guide: &'static Guide,
    frames: Frames,
}

impl Walker {
    /// Before the ST segment.
    pub fn new(guide: &'static Guide) -> Self {
        Self {
            guide,
            frames: Frames::of(guide.root),
        }
    }

    /// The guide it follows.
    pub fn guide(&self) -> &'static Guide {
        self.guide
    }

    /// Goes on by another guide whose beginning is the same: the next segment is the second.
    pub(crate) fn begin_again(&mut self, guide: &'static Guide) {
        *self = Self::new(guide);
        self.frames.count_first();
    }

    /// The loops that are open, from the root on.
    pub fn open(&self) -> impl DoubleEndedIterator<Item = &'static Loop> + ExactSizeIterator + '_ {
        self.frames.loops()
    }

    /// Takes the next segment of the transaction set, ST first. None where the guide has no place for it; then nothing changed. `on_missing` is told
    /// what should have come before.
    pub(crate) fn step(
        &mut self,
        segment: &Segment<'_>,
        fields: &Fields,
        on_missing: &mut dyn FnMut(MissingPart),
    ) -> Option<Placed> {
        self.step_to(segment.code().nth()?, segment, fields, on_missing)
    }

    /// The same where it is known which segment it is among all.
    pub(crate) fn step_to(
        &mut self,
        nth: u8,
        segment: &Segment<'_>,
        fields: &Fields,
        on_missing: &mut dyn FnMut(MissingPart),
    ) -> Option<Placed> {
        // Nearly every key is in element 1: it is looked at once.
        let first = fields.component(segment, 1, 1);
        let (depth, index, by_id_only) = self
            .find(nth, |part| {
                let opening = part.kind.opening();
                opening.is_some_and(|opening| fits(opening.key.as_ref(), first, segment, fields))
            })
            .map(|(depth, index)| (depth, index, false))
            .or_else(|| {
                // The qualifier is wrong: it is read as the first use of its id that is still open, and its code is found wrong there.
                let top = self.frames.depth() - 1;
                let candidates = self.frames.candidates(top, nth);
                candidates
                    .filter(|index| !is_opener(top, *index))
                    .map(|index| (top, index, true))
                    .next()
            })?;
        self.frames.close_above(depth, on_missing);
        self.frames.advance(depth, index, on_missing);
        self.place(depth, index, by_id_only)
    }

    /// The innermost loop that has, from where it is, a part that fits; one that may come again before one that came too often. What opens a
    /// loop opens another one where it has come too often, and does not stay in the loop that it opened: that would mix two parties.
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

    /// Whether a segment of this id opens one of the open loops, or one inside them: one that has no place then speaks of something that the
    /// guide does not know, and so does what follows it.
    pub(crate) fn opens_loops(&self, id: &str) -> bool {
        let id = Id::new(id);
        let opens =
            |part: &Part| matches!(part.kind, PartKind::Loop(of) if of.opening().is_some_and(|first| first.id == id));
        self.open().any(|of| of.parts.iter().any(opens))
    }

    /// Whether an open loop has a place for a segment that was not placed: before what has come already.
    pub(crate) fn came_too_late(&self, segment: &Segment<'_>, fields: &Fields) -> bool {
        let first = fields.component(segment, 1, 1);
        let fits = |part: &'static Part| {
            let opening = part.kind.opening();
            opening.is_some_and(|opening| fits(opening.key.as_ref(), first, segment, fields))
        };
        self.open().any(|open| open.candidates(segment.code()).any(fits))
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

    /// Ends the transaction set: what is missing in the loops that are open is told.
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
