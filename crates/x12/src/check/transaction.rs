//! One open transaction set: the places of its segments in the guide, its elements, its sums.

use super::balance::Sums;
use super::bounds::{self, Bounds};
use super::elements;
use super::hierarchy::{Hierarchy, Stated};
use super::recovery::Recovery;
use super::report::{Ended, Report, Verdict};
use super::reporter::{FindingCounts, MissingParts, Reporter};
use super::situations::Situations;
use super::{Settings, element_at, place_of, values};
use crate::fields::Fields;
use crate::finding::{FindingKind, Level, Place};
use crate::guide::index::name;
use crate::guide::{self, Guide, Id, Part, PartKind, ids, known};
use crate::segment::Segment;
use crate::walk::{Placed, Walker};

/// The next segment of a transaction set.
pub(super) struct Next<'n, 'a> {
    pub(super) segment: &'n Segment<'a>,
    /// The segment as received, where `segment` is repaired.
    pub(super) received: &'n Segment<'n>,
    pub(super) id: Id,
    /// The index of the id; `None` where no guide has it.
    pub(super) nth: Option<u8>,
}

#[derive(Debug)]
pub(super) struct OpenTransaction {
    control: String,
    position: u32,
    walker: Option<Walker>,
    hierarchy: Hierarchy,
    bounds: Bounds,
    recovery: Recovery,
    /// Number and id of the last segment that opened a loop.
    opened: (u32, Id),
    sums: Sums,
    situations: Situations,
    counts: FindingCounts,
}

impl OpenTransaction {
    pub(super) fn new(control: &str, guide: Option<&'static Guide>) -> Self {
        Self {
            control: control.to_owned(),
            position: 0,
            walker: guide.map(Walker::new),
            hierarchy: Hierarchy::default(),
            bounds: Bounds::default(),
            recovery: Recovery::default(),
            opened: (0, ids::ST),
            sums: Sums::of(guide),
            situations: Situations::of(guide),
            counts: FindingCounts::default(),
        }
    }

    pub(super) fn control(&self) -> &str {
        &self.control
    }

    /// Number of segments from ST to the last one.
    pub(super) fn segments(&self) -> u32 {
        self.position
    }

    /// The loop that is open.
    pub(super) fn loop_id(&self) -> &'static str {
        let open = self.walker.as_ref().and_then(|walker| walker.open().next_back());
        open.map_or("", |open| open.id)
    }

    pub(super) fn place(&self, segment: &Segment<'_>) -> Place {
        Place {
            position: self.position,
            ..place_of(segment)
        }
    }

    pub(super) fn report(
        &mut self,
        kind: FindingKind,
        mut place: Place,
        value: Option<&str>,
        settings: &Settings,
        verdict: &mut Verdict,
        report: &mut dyn Report,
    ) {
        place.position = place.position.max(self.position);
        let counts = &mut self.counts;
        Reporter {
            counts,
            settings,
            verdict,
            report,
        }
        .report(kind, place, value);
    }

    /// The next segment, ST and SE included.
    pub(super) fn take(
        &mut self,
        next: &Next<'_, '_>,
        fields: &Fields,
        settings: &Settings,
        verdict: &mut Verdict,
        report: &mut dyn Report,
    ) {
        let segment = next.segment;
        self.position = self.position.saturating_add(1);
        if self.position == 2 {
            self.choose_by_purpose(segment, next.id);
        }
        let mut place = Place {
            segment: segment.number(),
            offset: segment.offset(),
            position: self.position,
            id: next.nth.map_or("?", name),
            ..Place::default()
        };
        let mut counts = std::mem::take(&mut self.counts);
        let mut reporter = Reporter {
            counts: &mut counts,
            settings,
            verdict,
            report,
        };
        if let Some(placed) = self.find(next, fields, place, &mut reporter) {
            place.loop_id = placed.within.id;
            self.check(segment, fields, &placed, place, &mut reporter);
        }
        self.counts = counts;
    }

    /// The place of a segment in the guide; reports what is missing before it, and one without a
    /// place.
    fn find(
        &mut self,
        next: &Next<'_, '_>,
        fields: &Fields,
        place: Place,
        reporter: &mut Reporter<'_>,
    ) -> Option<Placed> {
        let Next {
            segment,
            received,
            id,
            nth,
        } = *next;
        let Some(walker) = &mut self.walker else {
            reporter.report.segment(received, None);
            return None;
        };
        let mut missing = MissingParts::default();
        let on_missing = &mut |part| missing.add(part);
        let mut placed = nth.and_then(|nth| walker.step_exactly(nth, segment, fields, on_missing));
        if let (None, Some(nth)) = (&placed, nth) {
            let by_id = !self.recovery.is_astray();
            placed = walker.step_otherwise(nth, segment, fields, by_id, on_missing);
        }
        reporter.report.segment(received, placed.as_ref());
        if !missing.0.is_empty() {
            if missing.hold_amounts() {
                self.sums.lose();
            }
            let repeats = self.opened == (self.position - 1, id);
            self.recovery.missing(&mut missing.0, repeats);
            missing.report(place, reporter);
        }
        let Some(placed) = placed else {
            self.sums.lose();
            let kind = unplaced(walker, segment, fields);
            if self.recovery.unplaced(id, kind) {
                out_of_place(kind, walker, segment, place, reporter);
            }
            return None;
        };
        if placed.opened {
            self.opened = (self.position, id);
        }
        if !self.recovery.is_idle() {
            self.recovery.placed(placed.opened);
        }
        if placed.by_id_only {
            self.recovery.wrong_qualifier();
        }
        Some(placed)
    }

    /// Checks a segment by its place.
    fn check(
        &mut self,
        segment: &Segment<'_>,
        fields: &Fields,
        placed: &Placed,
        place: Place,
        reporter: &mut Reporter<'_>,
    ) {
        let settings = reporter.settings;
        let is_extra = placed.count > placed.part.kind.max();
        if is_extra {
            self.sums.lose();
            too_many(placed, place, reporter);
        }
        if !is_extra && bounds::is_bound(placed.of) || self.bounds.end_before(placed) {
            let on_missing = |kind, place| reporter.report(kind, place, None);
            self.bounds.take(placed, &place, on_missing);
        }
        // Bit n: element n has a finding, which a rule about its value would only repeat.
        let mut faulty = 0_u64;
        elements::check(segment, fields, placed.of, &settings.lists, &mut |at, kind, value| {
            faulty |= 1 << (at.element & 63);
            let value = (!value.is_empty()).then_some(value);
            let element = Some(at);
            reporter.report(kind, Place { element, ..place }, value);
        });
        if matches!(placed.of.id, ids::NTE | ids::K3 | ids::MSG) {
            separator_in_text(segment, fields, placed, place, reporter);
        }
        if placed.of.id == ids::HL {
            hierarchy(&mut self.hierarchy, segment, fields, placed, place, reporter);
        }
        if settings.level >= Level::Balance {
            let on_finding = &mut |kind, place| reporter.report(kind, place, None);
            self.sums.take(segment, fields, placed, &place, on_finding);
        }
        if settings.level >= Level::Situation {
            if matches!(placed.of.id, ids::NM1 | ids::N1) {
                npi(segment, fields, placed, place, reporter);
            }
            let on_finding = &mut |kind, at: Place| {
                let is_here = at.segment == place.segment;
                let is_repeated = at.element.is_some_and(|at| faulty >> (at.element & 63) & 1 == 1);
                if !(is_here && (is_repeated || is_extra)) {
                    reporter.report(kind, at, value_at(segment, fields, &at));
                }
            };
            self.situations.take(segment, fields, placed, &place, on_finding);
        }
    }

    /// A request and its response may share transaction and version (278); BHT02 distinguishes
    /// them.
    fn choose_by_purpose(&mut self, segment: &Segment<'_>, id: Id) {
        let Some(walker) = self.walker.as_mut().filter(|_| id == ids::BHT) else {
            return;
        };
        let guide = walker.guide();
        let better = guide::find_for(guide.transaction, guide.version, Some(segment.element(2)), false);
        if let Some(better) = better.filter(|better| !std::ptr::eq(*better, guide)) {
            walker.restart_with(better);
        }
    }

    /// Ends it without a trailer. Missing segments and sums follow from that and are not reported.
    pub(super) fn cut_off(self) -> Ended {
        self.outcome(true)
    }

    fn outcome(&self, is_cut: bool) -> Ended {
        let FindingCounts { errors, warnings, .. } = self.counts;
        let guide = self.walker.as_ref().map(Walker::guide);
        // Only claims have a response that rejects one of them alone.
        let of_claims = guide
            .filter(|guide| guide.transaction == "837")
            .map_or(0, |_| self.counts.of_claims);
        Ended {
            errors,
            warnings,
            is_accepted: guide.is_some() && errors == of_claims,
            is_cut,
        }
    }

    /// Ends it with its trailer.
    pub(super) fn finish(
        mut self,
        place: Place,
        settings: &Settings,
        verdict: &mut Verdict,
        report: &mut dyn Report,
    ) -> Ended {
        let counts = &mut self.counts;
        let mut reporter = Reporter {
            counts,
            settings,
            verdict,
            report,
        };
        let mut missing = MissingParts::default();
        if let Some(walker) = &mut self.walker {
            walker.finish(&mut |part| missing.add(part));
            self.recovery.missing(&mut missing.0, false);
        }
        let place = Place {
            position: self.position,
            ..place
        };
        missing.report(place, &mut reporter);
        self.bounds
            .finish(&place, |kind, place| reporter.report(kind, place, None));
        self.sums.finish(&mut |kind, place| reporter.report(kind, place, None));
        self.situations
            .finish(&mut |kind, place| reporter.report(kind, place, None));
        self.outcome(false)
    }
}

/// Reports a segment without a place in the loop that is open.
fn out_of_place(kind: FindingKind, walker: &Walker, segment: &Segment<'_>, place: Place, reporter: &mut Reporter<'_>) {
    let open = Place {
        loop_id: walker.open().next_back().map_or("", |open| open.id),
        id: segment.place().id,
        ..place
    };
    reporter.report(kind, open, Some(segment.id()));
}

fn too_many(placed: &Placed, place: Place, reporter: &mut Reporter<'_>) {
    let part: &Part = placed.part;
    // Reported once, where the limit is passed.
    if part.kind.max() == u32::MAX || placed.count != part.kind.max() + 1 {
        return;
    }
    let max = part.kind.max();
    let kind = match part.kind {
        PartKind::Segment(segment) => FindingKind::TooManySegments {
            max,
            name: segment.name,
        },
        PartKind::Loop(of) => FindingKind::TooManyLoops { max, name: of.name },
    };
    reporter.report(kind, place, None);
}

/// The finding for a segment without a place in the guide.
pub(crate) fn unplaced(walker: &Walker, segment: &Segment<'_>, fields: &Fields) -> FindingKind {
    if known(segment.id()).is_none() {
        FindingKind::UnknownSegment
    } else if walker.is_out_of_sequence(segment, fields) {
        FindingKind::OutOfOrder
    } else {
        FindingKind::UnexpectedSegment
    }
}

fn hierarchy(
    of: &mut Hierarchy,
    segment: &Segment<'_>,
    fields: &Fields,
    placed: &Placed,
    place: Place,
    reporter: &mut Reporter<'_>,
) {
    let stated = Stated {
        number: fields.get(segment, 1),
        parent: fields.get(segment, 2),
        children: fields.get(segment, 4),
        depth: placed.depth,
    };
    of.take(&stated, |element, kind| {
        let value = fields.get(segment, usize::from(element));
        let element = Some(element_at(placed.of, element, 0));
        reporter.report(kind, Place { element, ..place }, Some(value));
    });
}

/// Reports the component separator in a text without components.
#[cold]
fn separator_in_text(
    segment: &Segment<'_>,
    fields: &Fields,
    placed: &Placed,
    place: Place,
    reporter: &mut Reporter<'_>,
) {
    let at = if placed.of.id == ids::NTE { 2 } else { 1 };
    let value = fields.get(segment, usize::from(at));
    if value.contains(segment.delimiters().component()) {
        let element = Some(element_at(placed.of, at, 0));
        reporter.report(
            FindingKind::ComponentSeparatorInText,
            Place { element, ..place },
            Some(value),
        );
    }
}

/// Checks the NPI after a qualifier XX in NM1 and N1. XX in PRV has another meaning.
fn npi(segment: &Segment<'_>, fields: &Fields, placed: &Placed, place: Place, reporter: &mut Reporter<'_>) {
    let at = match segment.code() {
        ids::NM1 if fields.bytes(segment, 8) == b"XX" => 9,
        ids::N1 if fields.bytes(segment, 3) == b"XX" => 4,
        _ => return,
    };
    let value = fields.get(segment, usize::from(at));
    if !value.is_empty() && !values::is_npi(value) {
        let element = Some(element_at(placed.of, at, 0));
        reporter.report(FindingKind::BadNpi, Place { element, ..place }, Some(value));
    }
}

/// The value at an element or component that does not repeat, where the place is in this segment.
fn value_at<'a>(segment: &Segment<'a>, fields: &Fields, place: &Place) -> Option<&'a str> {
    let at = place.element.filter(|_| place.segment == segment.number())?;
    let value = fields.get(segment, usize::from(at.element));
    let value = match usize::from(at.component).checked_sub(1) {
        None => value,
        Some(n) => value.split(segment.delimiters().component()).nth(n)?,
    };
    Some(value).filter(|value| !value.is_empty())
}
