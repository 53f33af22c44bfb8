//! One finding for one cause: what follows from a finding about the structure is not reported
//! again.
//!
//! - A segment without a place explains the segments after it that have none, until a loop opens,
//!   and one part that is missing there: a misspelled segment is not also a missing one.
//! - A part that was reported as missing explains a segment that comes too late for it.

use crate::fields::Fields;
use crate::guide::{Id, Part};
use crate::segment::Segment;
use crate::walk::{MissingPart, Placed};

/// Missing parts that are remembered.
const MISSED: usize = 16;

/// The findings about the structure that may explain the next ones.
#[derive(Debug, Default)]
pub(super) struct Recovery {
    /// A segment without a place was reported, and no loop has opened since.
    is_astray: bool,
    /// The number of missing parts that the last segment explains.
    explains: u8,
    /// Parts that were reported as missing.
    missed: Vec<&'static Part>,
    /// The loop that was reported as not open and has not opened since, and the number of open
    /// loops around it.
    unopened: Option<(&'static str, usize)>,
    /// The part that was reported as out of sequence, and the depth of its loop.
    late: Option<(&'static Part, usize)>,
}

impl Recovery {
    /// Whether a placed segment may change anything.
    #[inline]
    pub(super) fn is_idle(&self) -> bool {
        !self.is_astray && self.explains == 0 && self.late.is_none() && self.unopened.is_none()
    }

    /// Whether segments that fit by their id alone belong to a segment without a place.
    pub(super) fn is_astray(&self) -> bool {
        self.is_astray
    }

    /// Takes a segment that has a place.
    #[cold]
    pub(super) fn placed(&mut self, placed: &Placed) {
        if placed.opened {
            (self.is_astray, self.explains) = (false, 0);
        }
        let opens = |loop_id: &str| placed.opened && loop_id == placed.within.id;
        self.unopened
            .take_if(|(loop_id, around)| placed.kept < *around || opens(loop_id));
        self.late.take_if(|(_, depth)| placed.kept < *depth);
    }

    /// Whether a segment out of sequence is to be reported: the first of its part in its loop.
    #[cold]
    pub(super) fn out_of_sequence(&mut self, placed: &Placed) -> bool {
        let depth = if placed.opened { placed.kept } else { placed.depth };
        let before = self.late.replace((placed.part, depth));
        before.is_none_or(|(part, of)| of != depth || !std::ptr::eq(part, placed.part))
    }

    /// A segment whose qualifier is wrong may be the one that is missing.
    #[cold]
    pub(super) fn wrong_qualifier(&mut self) {
        self.explains = 1;
    }

    /// Whether a segment is a part that was reported as missing.
    #[cold]
    pub(super) fn has_missed(&self, segment: &Segment<'_>, fields: &Fields) -> bool {
        self.missed.iter().any(|part| part.is(segment, fields))
    }

    /// Whether a segment without a place is to be reported.
    #[cold]
    pub(super) fn unplaced(&mut self, id: Id, is_unknown: bool) -> bool {
        if is_unknown {
            (self.is_astray, self.explains) = (true, 1);
            return true;
        }
        if std::mem::replace(&mut self.is_astray, true) {
            return false;
        }
        let is_of = |missed: &&Part| missed.kind.opening().is_some_and(|opening| opening.id == id);
        let late = self.missed.iter().position(is_of);
        if let Some(late) = late {
            self.missed.remove(late);
            return false;
        }
        self.explains = 1;
        true
    }

    /// Whether a loop that is not open is to be reported: once, until it opens or a loop
    /// around it ends.
    #[cold]
    pub(super) fn not_opened(&mut self, loop_id: &'static str, around: usize) -> bool {
        self.unopened.replace((loop_id, around)) != Some((loop_id, around))
    }

    /// Leaves out the missing part that the segment before explains. `repeats`: a segment that
    /// opens a loop comes twice in a row, so that the first loop is empty; that is one finding.
    #[cold]
    pub(super) fn missing(&mut self, parts: &mut Vec<MissingPart>, repeats: bool) {
        if repeats {
            parts.truncate(1);
        }
        if std::mem::take(&mut self.explains) > 0 && !parts.is_empty() {
            parts.remove(0);
        }
    }

    /// Remembers what was reported as missing.
    #[cold]
    pub(super) fn reported_missing<'p>(&mut self, parts: impl Iterator<Item = &'p MissingPart>) {
        self.missed.extend(parts.map(|part| part.part));
        let over = self.missed.len().saturating_sub(MISSED);
        self.missed.drain(..over);
    }
}
