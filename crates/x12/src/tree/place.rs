//! The place of each segment of a transaction set, also of those that are out of sequence, and what
//! cannot be read in them.

use super::elements::Offsets;
use super::unread::{Unread, place_of};
use crate::error::Fault;
use crate::fields::Fields;
use crate::finding::{Finding, FindingKind, Place};
use crate::guide::index::name;
use crate::guide::{Codes, Content, Guide, Loop, PartKind, SegmentUse, ids, near};
use crate::segment::Segment;
use crate::walk::{MissingParts, Openable, Placed, Walker};

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
    /// It belongs to a loop whose first segment is missing: it is in no loop.
    pub(crate) is_lost: bool,
}

/// Finds the places of the segments between ST and SE.
#[derive(Debug)]
pub(crate) struct Placer {
    walker: Walker,
    fields: Fields,
    /// A segment that opens an unknown loop was seen. Segments have no place until a loop of the
    /// guide opens.
    astray: bool,
    /// The depth of the loop around one whose first segment is missing or misspelled: what follows
    /// has no place until it is in that loop.
    lost_in: Option<usize>,
    /// Number of segments, ST included.
    position: u32,
    missing: MissingParts,
    /// The open levels: HL01 and the depth of its loop.
    levels: Vec<(u32, usize)>,
    unread: Unread,
}

impl Placer {
    /// A placer before its first segment.
    pub(crate) fn new(guide: &'static Guide) -> Self {
        Self {
            walker: Walker::after_first(guide),
            fields: Fields::default(),
            astray: false,
            lost_in: None,
            position: 1,
            missing: MissingParts::default(),
            levels: Vec::new(),
            unread: Unread::default(),
        }
    }

    /// The next segment. The one after it, where it is known, decides where a level belongs whose
    /// code is unknown.
    pub(crate) fn place(&mut self, segment: &Segment<'_>, after: Option<&Segment<'_>>) -> Placement {
        self.fields.of(segment);
        self.position = self.position.saturating_add(1);
        if self.lost_in.is_some() && self.is_lost(segment) {
            return self.left_out(segment);
        }
        let (astray, position, missing) = (self.astray, self.position, &mut self.missing);
        let step = self.walker.step(segment, &self.fields, astray, &mut |part| {
            missing.add(part, place_of(segment, position));
        });
        let Some(step) = step.or_else(|| self.unknown_level(segment, after)) else {
            self.lost_in = self.loses_loop(segment);
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
        if opened && of.id == ids::NM1 && self.walker.is_unbounded_person(segment, &step) {
            self.lost_in = self.loses_loop(segment).or_else(|| Some(self.levels.last()?.1));
            return self.left_out(segment);
        }
        if of.id == ids::HL {
            self.levels.retain(|(_, open)| *open < depth);
            let (above, stated) = (self.levels.last(), self.fields.get(segment, 2).parse::<u32>());
            if let (Some((above, _)), Ok(stated)) = (above, stated)
                && stated != *above
            {
                self.unread.wrong_parent(&step, segment, self.position);
            }
            let number = self.fields.get(segment, 1).parse();
            self.levels.extend(number.map(|number| (number, depth)));
        }
        self.unread.placed(&step, segment, &self.fields, self.position);
        self.astray = false;
        Placement {
            of: Some(of),
            kept,
            opened: opened.then_some(within),
            depth,
            is_lost: false,
        }
    }

    /// Whether a segment still belongs to a loop whose first segment is missing.
    #[cold]
    fn is_lost(&mut self, segment: &Segment<'_>) -> bool {
        let around = segment
            .code()
            .nth()
            .and_then(|nth| self.walker.depth_of(nth, segment, &self.fields));
        self.lost_in = self
            .lost_in
            .filter(|lost_in| around.is_none_or(|around| around > *lost_in));
        self.lost_in.is_some()
    }

    /// The loop around the one that a segment without a place should have opened: it is the second
    /// person of the same level, or its id is that of an opening segment but for one character.
    /// What follows is not given to the loop before.
    #[cold]
    fn loses_loop(&self, segment: &Segment<'_>) -> Option<usize> {
        let (walker, fields) = (&self.walker, &self.fields);
        if let Some(nth) = segment.code().nth() {
            return walker.second_person(nth, segment, fields).map(|depth| depth - 1);
        }
        let opening = near::ids_near(segment.id()).filter(|nth| walker.opens_loops(name(*nth)));
        let depth = |nth: u8| walker.depth_of(nth, segment, fields);
        // Where two ids are near, more is lost: that mixes nothing.
        opening.filter_map(depth).min()
    }

    /// Takes a level (HL) or an entity (ENT) whose code is unknown: its loop is below the level
    /// that it names (HL02), and has the other codes and the next segment. Without the level above
    /// it has a place only where there is no choice.
    #[cold]
    fn unknown_level(&mut self, segment: &Segment<'_>, after: Option<&Segment<'_>>) -> Option<Placed> {
        let id = segment.code();
        if id != ids::HL && id != ids::ENT {
            return None;
        }
        // A code of another level is not unknown: the level between is missing.
        if has_opening(self.walker.guide().root, segment, &self.fields) {
            return None;
        }
        let mut loops = self.walker.openable(id.nth()?);
        let parent = self.fields.get(segment, 2);
        let above = match self.levels.iter().find(|(number, _)| parent.parse() == Ok(*number)) {
            Some((_, depth)) => Some(*depth),
            None => parent.is_empty().then_some(1),
        };
        if let Some(depth) = above.filter(|_| id == ids::HL) {
            loops.retain(|one| one.depth + 1 == depth);
        }
        let is_known = id == ids::ENT || above.is_some();
        keep_where(&mut loops, |one| fits_otherwise(one, segment, &self.fields));
        if let Some(after) = after {
            keep_where(&mut loops, |one| one.continues_with(after));
        }
        let into = *loops.first().filter(|_| is_known || loops.len() == 1)?;
        let (before, missing) = (place_of(segment, self.position), &mut self.missing);
        self.walker.step_into(into, &mut |part| missing.add(part, before))
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
            is_lost: self.lost_in.is_some(),
        }
    }

    /// An empty segment before the next one.
    #[cold]
    pub(crate) fn empty_segment(&mut self, at: crate::error::Place) {
        let place = Place {
            segment: at.segment,
            offset: at.offset,
            position: self.position.saturating_add(1),
            id: at.id,
            ..Place::default()
        };
        self.unread.unreadable(Fault::EmptySegment, place);
    }

    /// Where the elements of the last segment are.
    pub(crate) fn offsets(&self) -> Offsets {
        Offsets::of(&self.fields)
    }

    /// The open loop at a depth; 1 is the root.
    pub(crate) fn loop_at(&self, depth: usize) -> Option<&'static Loop> {
        self.walker.open().nth(depth.checked_sub(1)?)
    }

    /// The finding that a segment is out of sequence.
    pub(crate) fn out_of_order(&self, segment: &Segment<'_>) -> Finding<'static> {
        Finding {
            kind: FindingKind::OutOfOrder,
            place: place_of(segment, self.position),
            value: None,
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

/// Whether a segment opens a loop somewhere in this one, by its qualifier.
fn has_opening(of: &Loop, segment: &Segment<'_>, fields: &Fields) -> bool {
    of.parts.iter().any(|part| match &part.kind {
        PartKind::Loop(inner) => part.is(segment, fields) || has_opening(inner, segment, fields),
        PartKind::Segment(_) => false,
    })
}

/// Keeps the loops that fit, or all where none does.
fn keep_where(loops: &mut Vec<Openable>, fits: impl Fn(&Openable) -> bool) {
    if loops.iter().any(&fits) {
        loops.retain(fits);
    }
}

/// Whether the codes of a segment other than its key are those of the segment that opens a loop.
fn fits_otherwise(one: &Openable, segment: &Segment<'_>, fields: &Fields) -> bool {
    let Some(of) = one.of.opening() else { return false };
    of.elements.iter().zip(1_u8..).all(|(element, n)| {
        let value = fields.field(segment, usize::from(n));
        match &element.content {
            Content::Simple(simple) if !value.is_empty() && of.key.is_none_or(|key| key.element != n) => {
                !matches!(&simple.codes, Codes::OneOf(codes) if !codes.has(value.packed()))
            }
            _ => true,
        }
    })
}
