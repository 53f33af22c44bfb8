//! The open loops and the occurrences of their parts.

use super::MissingPart;
use crate::guide::{Loop, Part, PartKind};

#[derive(Debug, Clone, Copy)]
struct Frame {
    of: &'static Loop,
    /// Index of its first count.
    base: usize,
    /// The position of the last part.
    position: u16,
    /// Number of its required parts that have been checked.
    checked: usize,
}

/// The open loops, the root first. The counts share one list, so that opening a loop rarely
/// allocates.
#[derive(Debug)]
pub(super) struct Frames {
    frames: Vec<Frame>,
    counts: Vec<u32>,
}

impl Frames {
    pub(super) fn of(root: &'static Loop) -> Self {
        let mut frames = Self {
            frames: Vec::with_capacity(8),
            counts: Vec::with_capacity(256),
        };
        frames.open(root);
        frames
    }

    pub(super) fn depth(&self) -> usize {
        self.frames.len()
    }

    pub(super) fn loops(&self) -> impl DoubleEndedIterator<Item = &'static Loop> + ExactSizeIterator + '_ {
        self.frames.iter().map(|frame| frame.of)
    }

    /// Parts of the loop at `depth`, from its current position on, that a segment can be or open;
    /// `nth` is the index of the segment.
    #[inline(always)]
    pub(super) fn candidates(&self, depth: usize, nth: u8) -> impl Iterator<Item = u16> + use<> {
        let frame = self.frames[depth];
        let parts = frame.of.parts;
        let all = frame.of.indexes_of(nth).iter().copied();
        all.filter(move |index| parts[usize::from(*index)].position >= frame.position)
    }

    /// As [`Frames::candidates`], before the current position.
    pub(super) fn earlier(&self, depth: usize, nth: u8) -> impl Iterator<Item = u16> + use<> {
        let frame = self.frames[depth];
        let parts = frame.of.parts;
        let all = frame.of.indexes_of(nth).iter().copied();
        all.filter(move |index| parts[usize::from(*index)].position < frame.position)
    }

    pub(super) fn loop_at(&self, depth: usize) -> &'static Loop {
        self.frames[depth].of
    }

    /// Required loops inside the one at `depth` that have not come, from its current position on.
    pub(super) fn missing_loops(&self, depth: usize) -> impl Iterator<Item = (u16, &'static Loop)> + '_ {
        let frame = self.frames[depth];
        let required = frame.of.required.iter().copied();
        required.filter_map(move |index| {
            let part = &frame.of.parts[usize::from(index)];
            match part.kind {
                PartKind::Loop(of) if part.position >= frame.position && self.count(depth, index) == 0 => {
                    Some((index, of))
                }
                _ => None,
            }
        })
    }

    /// Loops inside the one at `depth`, from its current position on.
    pub(super) fn loops_ahead(&self, depth: usize) -> impl Iterator<Item = &'static Loop> + use<> {
        let frame = self.frames[depth];
        let ahead = frame
            .of
            .parts
            .iter()
            .filter(move |part| part.position >= frame.position);
        ahead.filter_map(|part| match part.kind {
            PartKind::Loop(of) => Some(of),
            PartKind::Segment(_) => None,
        })
    }

    pub(super) fn part(&self, depth: usize, index: u16) -> &'static Part {
        &self.frames[depth].of.parts[usize::from(index)]
    }

    pub(super) fn count(&self, depth: usize, index: u16) -> u32 {
        self.counts[self.frames[depth].base + usize::from(index)]
    }

    #[inline]
    pub(super) fn open(&mut self, of: &'static Loop) {
        let base = self.counts.len();
        self.counts.resize(base + of.parts.len(), 0);
        self.frames.push(Frame {
            of,
            base,
            position: 0,
            checked: 0,
        });
    }

    /// Counts the part that opened the innermost loop.
    #[inline]
    pub(super) fn count_first(&mut self) {
        let frame = self.frames[self.frames.len() - 1];
        self.counts[frame.base] = 1;
    }

    /// Moves the loop at `depth` to a part and counts it.
    #[inline(always)]
    pub(super) fn advance(&mut self, depth: usize, index: u16, on_missing: &mut dyn FnMut(MissingPart)) {
        let position = self.part(depth, index).position;
        if position > self.frames[depth].position {
            self.report_missing(depth, position, on_missing);
        }
        self.frames[depth].position = position;
        self.count_one(depth, index);
    }

    /// Counts a part, whatever the position.
    pub(super) fn count_one(&mut self, depth: usize, index: u16) {
        let count = &mut self.counts[self.frames[depth].base + usize::from(index)];
        *count = count.saturating_add(1);
    }

    /// Closes the loops inside the one at `depth`.
    #[inline(always)]
    pub(super) fn close_above(&mut self, depth: usize, on_missing: &mut dyn FnMut(MissingPart)) {
        while self.frames.len() > depth + 1 {
            let top = self.frames.len() - 1;
            self.report_missing(top, u16::MAX, on_missing);
            self.counts.truncate(self.frames[top].base);
            self.frames.pop();
        }
    }

    pub(super) fn close_root(&mut self, on_missing: &mut dyn FnMut(MissingPart)) {
        self.report_missing(0, u16::MAX, on_missing);
    }

    /// Reports the required parts before a position that are missing.
    #[inline(always)]
    fn report_missing(&mut self, depth: usize, position: u16, on_missing: &mut dyn FnMut(MissingPart)) {
        let frame = &mut self.frames[depth];
        let (of, mut checked) = (frame.of, frame.checked);
        while let Some(index) = of.required.get(checked).map(|index| usize::from(*index)) {
            let part = &of.parts[index];
            if part.position >= position {
                break;
            }
            if self.counts[frame.base + index] == 0 {
                on_missing(MissingPart {
                    within: of,
                    part,
                    depth: depth + 1,
                });
            }
            checked += 1;
        }
        frame.checked = checked;
    }
}
