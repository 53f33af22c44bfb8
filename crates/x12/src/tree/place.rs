//! The place of each segment of a transaction set, also of those that are out of sequence, and what
//! cannot be read in them.

use super::unread::Unread;
use crate::fields::Fields;
use crate::finding::{Finding, FindingKind, Place};
use crate::guide::{Guide, Loop, SegmentUse};
use crate::segment::Segment;
use crate::walk::{MissingParts, Placed, Walker};

/// The place of a segment. Depths count the open loops; the root is 1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placement {
    /// Its use; `None` where the guide has no place for it.
    pub(crate) of: Option<&'static SegmentUse>,
    /// Number of loops that remain open.
    pub(crate) kept: usize,
    /// The loop that it opens.
    pub(crate) opened: Option<&'static Loop>,
    /// The depth of its loop.
    pub(crate) depth: usize,
}

/// Finds the places of the segments between ST and SE.
#[derive(Debug)]
pub(crate) struct Placer {
    walker: Walker,
    fields: Fields,
    /// A segment that opens an unknown loop was seen. Segments have no place until a loop of the
    /// guide opens.
    astray: bool,
    /// Number of segments, ST included.
    position: u32,
    missing: MissingParts,
    unread: Unread,
}

impl Placer {
    /// A placer before its first segment.
    pub(crate) fn new(guide: &'static Guide) -> Self {
        Self {
            walker: Walker::after_first(guide),
            fields: Fields::default(),
            astray: false,
            position: 1,
            missing: MissingParts::default(),
            unread: Unread::default(),
        }
    }

    /// The next segment.
    pub(crate) fn place(&mut self, segment: &Segment<'_>) -> Placement {
        self.fields.of(segment);
        self.position = self.position.saturating_add(1);
        let before = self.here(segment);
        let (astray, missing) = (self.astray, &mut self.missing);
        let step = self
            .walker
            .step(segment, &self.fields, astray, &mut |part| missing.add(part, before));
        let Some(step) = step else {
            self.astray |= self.walker.opens_loops(segment.id());
            return self.left_out(segment);
        };
        if !self.missing.is_empty() {
            self.settle_missing(&step);
        }
        let Placed {
            of,
            within,
            kept,
            opened,
            depth,
            ..
        } = step;
        if self.astray && !opened {
            return self.left_out(segment);
        }
        self.unread.placed(&step, segment, &self.fields, self.position);
        self.astray = false;
        Placement {
            of: Some(of),
            kept,
            opened: opened.then_some(within),
            depth,
        }
    }

    /// Lists the missing parts that cannot come any more.
    #[cold]
    fn settle_missing(&mut self, placed: &Placed) {
        if placed.is_out_of_sequence {
            self.missing.fill(placed);
        }
        for (part, before) in self.missing.settled(placed.kept, self.position) {
            self.unread.missing(part, before);
        }
    }

    fn left_out(&mut self, segment: &Segment<'_>) -> Placement {
        self.unread.unplaced(&self.walker, segment, &self.fields, self.position);
        let open = self.walker.open().len();
        Placement {
            of: None,
            kept: open,
            opened: None,
            depth: open,
        }
    }

    /// The open loop at a depth; 1 is the root.
    pub(crate) fn loop_at(&self, depth: usize) -> Option<&'static Loop> {
        self.walker.open().nth(depth.checked_sub(1)?)
    }

    /// The finding that a segment is out of sequence.
    pub(crate) fn out_of_order(&self, segment: &Segment<'_>) -> Finding<'static> {
        Finding {
            kind: FindingKind::OutOfOrder,
            place: self.here(segment),
            value: None,
        }
    }

    /// The place of the segment in the input.
    fn here(&self, segment: &Segment<'_>) -> Place {
        let place = segment.place();
        Place {
            segment: place.segment,
            offset: place.offset,
            position: self.position,
            id: place.id,
            ..Place::default()
        }
    }

    /// Ends the transaction set.
    pub(crate) fn finish(&mut self) {
        // SE is not among the segments of a transaction set.
        let end = Place {
            position: self.position.saturating_add(1),
            ..Place::default()
        };
        let missing = &mut self.missing;
        self.walker.finish(&mut |part| missing.add(part, end));
        for (part, before) in self.missing.finish() {
            self.unread.missing(part, before);
        }
    }

    /// What could not be read since the last call.
    pub(crate) fn take_unread(&mut self) -> Vec<Finding<'static>> {
        self.unread.take()
    }
}
