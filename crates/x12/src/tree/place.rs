//! The place of each segment of a transaction set, also of those that are out of sequence, and what
//! cannot be read in them.

use super::unread::Unread;
use crate::fields::Fields;
use crate::finding::{Finding, FindingKind, Place};
use crate::guide::{Guide, Loop, SegmentUse};
use crate::segment::Segment;
use crate::walk::{Placed, Walker};

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
            unread: Unread::default(),
        }
    }

    /// The next segment.
    pub(crate) fn place(&mut self, segment: &Segment<'_>) -> Placement {
        self.fields.of(segment);
        self.position = self.position.saturating_add(1);
        let (position, unread) = (self.position, &mut self.unread);
        let step = self.walker.step(segment, &self.fields, &mut |part| {
            unread.missing(part, segment, position);
        });
        let Some(step) = step else {
            self.astray |= self.walker.opens_loops(segment.id());
            return self.out_of_sequence(segment);
        };
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
        self.unread.placed(&step, segment, &self.fields, position);
        self.astray = false;
        Placement {
            of: Some(of),
            kept,
            opened: opened.then_some(within),
            depth,
        }
    }

    /// A segment that the guide places earlier in an open loop belongs to that loop all the same:
    /// an amount must not be lost because of its order.
    fn out_of_sequence(&mut self, segment: &Segment<'_>) -> Placement {
        let place = (!self.astray)
            .then(|| self.walker.earlier_place(segment, &self.fields))
            .flatten();
        let Some((depth, of)) = place else {
            return self.left_out(segment);
        };
        let within = self.walker.open().nth(depth - 1).map_or("", |open| open.id);
        self.unread.elements(of, within, segment, &self.fields, self.position);
        Placement {
            of: Some(of),
            kept: self.walker.open().len(),
            opened: None,
            depth,
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
        let place = segment.place();
        Finding {
            kind: FindingKind::OutOfOrder,
            place: Place {
                segment: place.segment,
                offset: place.offset,
                position: self.position,
                id: place.id,
                ..Place::default()
            },
            value: None,
        }
    }

    /// Ends the transaction set.
    pub(crate) fn finish(&mut self) {
        // SE is not among the segments of a transaction set.
        let position = self.position.saturating_add(1);
        let unread = &mut self.unread;
        self.walker.finish(&mut |part| unread.missing_at_end(part, position));
    }

    /// What could not be read since the last call.
    pub(crate) fn take_unread(&mut self) -> Vec<Finding<'static>> {
        self.unread.take()
    }
}
