//! The finding for a segment without a place in the guide.

use super::{CodeLists, elements};
use crate::fields::Fields;
use crate::finding::FindingKind;
use crate::guide::index::name;
use crate::guide::{known, near};
use crate::segment::Segment;
use crate::walk::{Astray, Walker};

/// The finding for a segment without a place in the guide.
pub(crate) fn unplaced(walker: &Walker, segment: &Segment<'_>, fields: &Fields) -> FindingKind {
    if known(segment.id()).is_none() {
        FindingKind::UnknownSegment { meant: None }
    } else if walker.is_out_of_sequence(segment, fields) {
        FindingKind::OutOfOrder
    } else {
        FindingKind::UnexpectedSegment { meant: None }
    }
}

/// As [`unplaced`], with the segment that may be meant or the loop that may be missing. With the
/// latter also the number of open loops around it.
#[cold]
pub(super) fn explained(walker: &Walker, segment: &Segment<'_>, fields: &Fields) -> (FindingKind, usize) {
    let kind = unplaced(walker, segment, fields);
    let unopened = segment.code().nth().and_then(|nth| {
        let astray = Astray { nth, segment, fields };
        let (of, depth) = match kind {
            FindingKind::OutOfOrder => walker.repeatable(astray)?,
            _ => walker.unopened(astray)?,
        };
        let (loop_id, name, opener) = (of.id, of.name, of.opening()?.id.as_str());
        Some((FindingKind::LoopNotOpened { loop_id, name, opener }, depth))
    });
    unopened.unwrap_or_else(|| {
        let meant = || meant(walker, segment, fields);
        let kind = match (kind, segment.code().nth()) {
            (FindingKind::UnknownSegment { .. }, _) => FindingKind::UnknownSegment { meant: meant() },
            (FindingKind::UnexpectedSegment { .. }, Some(nth)) if !walker.guide().root.uses(nth) => {
                FindingKind::UnexpectedSegment { meant: meant() }
            }
            (kind, _) => kind,
        };
        (kind, 0)
    })
}

/// The segment with a place here whose id is one edit away; of several the one whose elements fit
/// best.
fn meant(walker: &Walker, segment: &Segment<'_>, fields: &Fields) -> Option<&'static str> {
    let lists = CodeLists::default();
    let uses = near::ids_near(segment.id()).flat_map(|nth| walker.uses_here(nth).map(move |of| (nth, of)));
    let (nth, _) = uses.min_by_key(|(_, of)| {
        let mut faults = 0;
        elements::check(segment, fields, of, &lists, &mut |_, _, _| faults += 1);
        faults
    })?;
    Some(name(nth))
}
