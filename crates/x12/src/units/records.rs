//! A unit while it is read.

use crate::finding::Finding;
use crate::guide::Loop;
use crate::segment::{Segment, SegmentBuffer};
use crate::tree::{Node, NodeBuilder, Offsets, Placement};

/// Maximum number of findings that are kept for a unit.
const MAX_UNREAD: usize = 1_000;

/// The segments of a unit, copied from the source.
#[derive(Debug)]
pub(super) struct Records {
    pub(super) segments: SegmentBuffer,
    placements: Vec<(Placement, Offsets)>,
    /// The loop and its depth.
    pub(super) of: &'static Loop,
    pub(super) base: usize,
    pub(super) unread: Vec<Finding<'static>>,
    pub(super) is_first: bool,
}

impl Records {
    pub(super) fn new(of: &'static Loop, base: usize) -> Self {
        Self {
            segments: SegmentBuffer::default(),
            placements: Vec::new(),
            of,
            base,
            unread: Vec::new(),
            is_first: false,
        }
    }

    /// Begins a unit in the memory of an earlier one.
    pub(super) fn begin(&mut self, of: &'static Loop, base: usize, is_first: bool) {
        self.segments.clear();
        self.placements.clear();
        self.unread.clear();
        (self.of, self.base, self.is_first) = (of, base, is_first);
    }

    pub(super) fn push(&mut self, segment: &Segment<'_>, placement: Placement, offsets: Offsets) {
        self.segments.push(segment);
        self.placements.push((placement, offsets));
    }

    pub(super) fn add_unread(&mut self, found: impl IntoIterator<Item = Finding<'static>>) {
        let room = MAX_UNREAD.saturating_sub(self.unread.len());
        self.unread.extend(found.into_iter().take(room));
    }

    pub(super) fn node(&self) -> Node<'_> {
        let mut builder = NodeBuilder::new(self.of, self.base);
        for (received, (placement, offsets)) in self.segments.with_text().zip(&self.placements) {
            match placement.opened {
                // The first segment opens the unit itself.
                Some(of) if std::ptr::eq(of, self.of) && placement.depth == self.base => {
                    if let Some(of) = placement.of {
                        builder.begin(received, of, *offsets);
                    }
                }
                _ => builder.add(received, *placement, *offsets),
            }
        }
        builder.finish()
    }
}
