//! Lists what a tolerant reading leaves out.

#[cfg(test)]
mod tests;

use super::readable::is_evidently_readable;
use crate::check::{CodeLists, check_elements, length_place, unplaced};
use crate::error::Fault;
use crate::fields::Fields;
use crate::finding::{ElementPlace, Finding, FindingKind, Place};
use crate::guide::{Content, DATE_FORMAT, ElementUse, Kind, SegmentUse, ids, interpreted_in};
use crate::number::number;
use crate::segment::Segment;
use crate::walk::{MissingPart, Placed, Walker};

/// Maximum number of findings that are kept for one transaction set.
const MAX: u32 = 1_000;

/// What could not be read so far.
#[derive(Debug, Default)]
pub(super) struct Unread {
    found: Found,
    lists: CodeLists,
}

impl Unread {
    /// A part that the guide requires before a place.
    pub(super) fn missing(&mut self, part: MissingPart, before: Place) {
        // SE is outside the segments that are read.
        if part.part.kind.opening().is_some_and(|of| of.id == ids::SE) {
            return;
        }
        if let Some((kind, id, loop_id)) = part.describe() {
            self.found.add(kind, Place { id, loop_id, ..before });
        }
    }

    /// Something that is no segment.
    pub(super) fn unreadable(&mut self, fault: Fault, place: Place) {
        self.found.add(FindingKind::Unreadable(fault), place);
    }

    /// A segment without a place in the guide.
    pub(super) fn unplaced(&mut self, walker: &Walker, segment: &Segment<'_>, fields: &Fields, position: u32) {
        let loop_id = walker.open().next_back().map_or("", |open| open.id);
        let place = Place {
            loop_id,
            ..place_of(segment, position)
        };
        self.found.add(unplaced(walker, segment, fields), place);
    }

    /// The elements of a segment with a place in the guide.
    pub(super) fn placed(&mut self, placed: &Placed, segment: &Segment<'_>, fields: &Fields, position: u32) {
        if let Some(kind) = placed.surplus() {
            self.found.add(kind, of_loop(placed, segment, position));
        }
        if segment.delimiters().is_repetition_assumed() {
            self.assumed(placed, segment, position);
        }
        if !is_evidently_readable(placed, segment, fields) {
            self.check(placed, segment, fields, position);
        }
    }

    /// A level (HL) that does not name the one it stands below (HL02).
    pub(super) fn wrong_parent(&mut self, placed: &Placed, segment: &Segment<'_>, position: u32) {
        let element = Some(whole_element(2, 734));
        let place = of_loop(placed, segment, position);
        self.found.add(FindingKind::HierarchyParent, Place { element, ..place });
    }

    /// The elements that repeat by a separator that ISA11 does not declare: they are split, and
    /// listed here.
    #[cold]
    fn assumed(&mut self, placed: &Placed, segment: &Segment<'_>, position: u32) {
        for (element, of) in (1u8..).zip(placed.of.elements) {
            if of.repeat > 1 && segment.repetitions(usize::from(element)).nth(1).is_some() {
                let number = match &of.content {
                    Content::Simple(simple) => simple.number,
                    Content::Composite(_) => 0,
                };
                let element = Some(whole_element(element, number));
                let place = of_loop(placed, segment, position);
                self.found
                    .add(FindingKind::RepetitionUndeclared, Place { element, ..place });
            }
        }
    }

    /// As [`placed`](Self::placed), without the short way of a segment that is evidently readable.
    fn check(&mut self, placed: &Placed, segment: &Segment<'_>, fields: &Fields, position: u32) {
        let (of, key) = (placed.of, placed.of.key.filter(|_| placed.opened || placed.by_id_only));
        let Self { found, lists } = self;
        if segment.has_wrong_length() {
            let element = Some(length_place(segment));
            let place = of_loop(placed, segment, position);
            found.add(FindingKind::BinaryLength, Place { element, ..place });
        }
        check_elements(segment, fields, of, lists, &mut |at, kind, value| {
            // The use of the segment is a guess where its qualifier is unknown.
            let is_key = key.is_some_and(|key| key.element == at.element);
            let is_code = is_key || at.number == DATE_FORMAT || interpreted_in(of.id).contains(&at.element);
            let is_unread = match kind {
                FindingKind::MissingElement
                | FindingKind::TooManyElements
                | FindingKind::BadNumber
                | FindingKind::BadDate
                | FindingKind::BadTime
                | FindingKind::BadCharacter
                | FindingKind::PeriodReversed => true,
                FindingKind::ControlCharacter | FindingKind::NationalCharacter | FindingKind::LineEndInSegment => {
                    is_code || DATES.contains(&at.number) || is_number(of, at) && number(value).is_none()
                }
                FindingKind::BadCode | FindingKind::TooManyComponents { .. } => is_code,
                // A longer number is still read, up to more digits than any data element has.
                FindingKind::TooLong { .. } => is_number(of, at) && number(value).is_none(),
                _ => false,
            };
            if is_unread {
                let (element, place) = (Some(at), of_loop(placed, segment, position));
                found.add(kind, Place { element, ..place });
            }
        });
    }

    /// What was found since the last call, in the order of the places.
    pub(super) fn take(&mut self) -> Vec<Finding<'static>> {
        if self.found.list.is_empty() {
            return Vec::new();
        }
        let Found { mut list, more } = std::mem::take(&mut self.found);
        list.sort_by_key(|finding| finding.place.position);
        if let Some(place) = more {
            list.push(Finding {
                kind: FindingKind::TooManyFindings { max: MAX },
                place: Place { element: None, ..place },
                value: None,
            });
        }
        list
    }
}

/// A bounded list of findings.
#[derive(Debug, Default)]
struct Found {
    list: Vec<Finding<'static>>,
    /// Whether there were more than [`MAX`].
    more: Option<Place>,
}

impl Found {
    fn add(&mut self, kind: FindingKind, place: Place) {
        if self.list.len() < MAX as usize {
            self.list.push(Finding {
                kind,
                place,
                value: None,
            });
        } else {
            self.more.get_or_insert(place);
        }
    }
}

/// Data elements of dates and times: 373, 337 and 1251.
const DATES: [u16; 3] = [373, 337, 1251];

/// Whether an element or component holds a number.
fn is_number(of: &SegmentUse, at: ElementPlace) -> bool {
    let nth = |all: &'static [ElementUse], n: u8| all.get(usize::from(n).checked_sub(1)?).map(|of| &of.content);
    let simple = match nth(of.elements, at.element) {
        Some(Content::Composite(components)) => nth(components, at.component),
        simple => simple,
    };
    matches!(simple, Some(Content::Simple(simple)) if matches!(simple.kind, Kind::Decimal | Kind::Integer | Kind::Cents))
}

fn whole_element(element: u8, number: u16) -> ElementPlace {
    ElementPlace {
        element,
        component: 0,
        repetition: 1,
        number,
    }
}

/// The place of a segment in its loop.
#[cold]
fn of_loop(placed: &Placed, segment: &Segment<'_>, position: u32) -> Place {
    let loop_id = placed.within.id;
    Place {
        loop_id,
        ..place_of(segment, position)
    }
}

/// The place of a segment in the input.
#[cold]
pub(super) fn place_of(segment: &Segment<'_>, position: u32) -> Place {
    let place = segment.place();
    Place {
        segment: place.segment,
        offset: place.offset,
        position,
        id: place.id,
        ..Place::default()
    }
}
