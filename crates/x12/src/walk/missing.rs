//! Parts that are missing, until their loop ends: a segment out of sequence may still be one of
//! them.

use super::Placed;
use crate::fields::Fields;
use crate::finding::{FindingKind, Place};
use crate::guide::{Loop, Part, PartKind, known};
use crate::segment::Segment;

/// Number of segments after which a missing part is no longer waited for, so that a finding is not
/// far from its place.
const WAIT: u32 = 1_000;

/// A part that the guide requires before the current segment and that is missing.
#[derive(Debug, Clone, Copy)]
pub struct MissingPart {
    /// The enclosing loop.
    pub within: &'static Loop,
    /// The missing part.
    pub part: &'static Part,
    /// Number of open loops up to the enclosing one; the root is 1.
    pub depth: usize,
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

/// Missing parts, each with the place before which it is missing. Usually empty.
#[derive(Debug, Default)]
pub(crate) struct MissingParts(Vec<(MissingPart, Place)>);

impl MissingParts {
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn add(&mut self, part: MissingPart, before: Place) {
        self.0.push((part, before));
    }

    /// A segment out of sequence is not missing after all.
    #[cold]
    pub(crate) fn fill(&mut self, late: &Placed) {
        let found = self
            .0
            .iter()
            .rposition(|(missing, _)| std::ptr::eq(missing.part, late.part));
        if let Some(found) = found {
            self.0.remove(found);
        }
    }

    /// Which missing loop, of one around the innermost one of `depth` loops, a segment opens.
    #[cold]
    pub(crate) fn around(&self, depth: usize, segment: &Segment<'_>, fields: &Fields) -> Option<usize> {
        let is_it = |(missing, _): &(MissingPart, Place)| {
            let opens = matches!(missing.part.kind, PartKind::Loop(_));
            opens && missing.depth < depth && missing.part.is(segment, fields)
        };
        self.0.iter().position(is_it)
    }

    /// A segment that opens such a loop has come.
    #[cold]
    pub(crate) fn fill_around(&mut self, depth: usize, segment: &Segment<'_>, fields: &Fields) {
        if let Some(at) = self.around(depth, segment, fields) {
            self.0.remove(at);
        }
    }

    /// Those that will not come: parts of loops beyond the `kept` outermost ones, and of long ago.
    #[cold]
    pub(crate) fn settled(&mut self, kept: usize, position: u32) -> Vec<(MissingPart, Place)> {
        let is_settled = |missing: &mut (MissingPart, Place)| {
            missing.0.depth > kept || position.saturating_sub(missing.1.position) > WAIT
        };
        self.0.extract_if(.., is_settled).collect()
    }

    /// All of them, at the end.
    pub(crate) fn finish(&mut self) -> Vec<(MissingPart, Place)> {
        std::mem::take(&mut self.0)
    }
}
