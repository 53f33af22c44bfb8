//! One open transaction set: the places of its segments in the guide, its elements, its sums.

use super::balance::Sums;
use super::bounds::Bounds;
use super::elements;
use super::held::Held;
use super::hierarchy::{Hierarchy, Stated};
use super::placing::Fit;
use super::recovery::Recovery;
use super::report::{Ended, Report, Verdict};
use super::reporter::{FindingCounts, Reporter};
use super::situations::Situations;
use super::{Settings, element_at, place_of, values};
use crate::fields::Fields;
use crate::finding::{FindingKind, Level, Place, Severity};
use crate::guide::index::name;
use crate::guide::{self, Guide, Id, ids};
use crate::segment::Segment;
use crate::walk::{MissingParts, Placed, Walker};

/// The next segment of a transaction set.
pub(super) struct Next<'n, 'a> {
    pub(super) segment: &'n Segment<'a>,
    /// The segment as received, where `segment` is repaired.
    pub(super) received: &'n Segment<'n>,
    pub(super) id: Id,
    /// The index of the id; `None` where no guide has it.
    pub(super) nth: Option<u8>,
}

impl Next<'_, '_> {
    pub(super) fn place(&self, position: u32) -> Place {
        Place {
            segment: self.segment.number(),
            offset: self.segment.offset(),
            position,
            id: self.nth.map_or("?", name),
            ..Place::default()
        }
    }
}

#[derive(Debug)]
pub(super) struct OpenTransaction {
    control: String,
    /// Number of segments, ST included.
    pub(super) position: u32,
    pub(super) walker: Option<Walker>,
    hierarchy: Hierarchy,
    bounds: Bounds,
    pub(super) recovery: Recovery,
    pub(super) missing: MissingParts,
    /// A segment without a place, until the next one is known.
    pub(super) held: Option<Box<Held>>,
    /// Number and id of the last segment that opened a loop.
    pub(super) opened: (u32, Id),
    pub(super) sums: Sums,
    situations: Situations,
    counts: FindingCounts,
    /// Bit n: the envelope has the findings about element n of ST or SE.
    of_envelope: u64,
}

impl OpenTransaction {
    pub(super) fn new(control: &str, guide: Option<&'static Guide>) -> Self {
        Self {
            control: control.to_owned(),
            position: 0,
            walker: guide.map(Walker::new),
            hierarchy: Hierarchy::default(),
            bounds: Bounds::of(guide),
            recovery: Recovery::default(),
            missing: MissingParts::default(),
            held: None,
            opened: (0, ids::ST),
            sums: Sums::of(guide),
            situations: Situations::of(guide),
            counts: FindingCounts::default(),
            of_envelope: 0,
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

    /// Reports nothing about the form of an element of ST or SE.
    pub(super) fn leave_out(&mut self, element: u8) {
        self.of_envelope |= 1 << (element & 63);
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
        self.position = self.position.saturating_add(1);
        if self.position == 2 {
            self.choose_by_purpose(next.segment, next.id);
        }
        let mut counts = std::mem::take(&mut self.counts);
        let mut reporter = Reporter {
            counts: &mut counts,
            settings,
            verdict,
            report,
        };
        let mut early = None;
        if self.held.is_some() {
            early = self.release(next, fields, &mut reporter);
        }
        self.step(next, fields, self.position, Fit::Sure, &mut reporter);
        if let Some(held) = early {
            self.take_held(&held, Fit::Early, &mut reporter);
        }
        self.counts = counts;
    }

    /// Finds the place of a segment and checks it there.
    #[expect(
        clippy::inline_always,
        reason = "every segment passes here; the other callers are rare"
    )]
    #[inline(always)]
    pub(super) fn step(
        &mut self,
        next: &Next<'_, '_>,
        fields: &Fields,
        position: u32,
        fit: Fit,
        reporter: &mut Reporter<'_>,
    ) {
        let mut place = next.place(position);
        let mut placed = None;
        self.find(next, fields, &place, fit, reporter, &mut placed);
        if let Some(placed) = &placed {
            place.loop_id = placed.within.id;
            self.check(next.segment, fields, placed, &place, reporter);
        }
    }

    /// Checks a segment by its place.
    #[expect(
        clippy::inline_always,
        reason = "every segment passes here; the other callers are rare"
    )]
    #[inline(always)]
    fn check(
        &mut self,
        segment: &Segment<'_>,
        fields: &Fields,
        placed: &Placed,
        place: &Place,
        reporter: &mut Reporter<'_>,
    ) {
        let settings = reporter.settings;
        let is_extra = placed.count > placed.part.kind.max();
        if is_extra {
            self.sums.lose();
            too_many(placed, *place, reporter);
        }
        if !is_extra && self.bounds.concern(placed) {
            let around = self.walker.as_ref().and_then(|walker| walker.open().nth_back(1));
            let on_missing = |kind, place| reporter.report(kind, place, None);
            if let Some(header) = self.bounds.take(placed, around, place, on_missing) {
                self.missing.add(header, *place);
            }
        }
        // Bit n: element n has a finding, or an error, which a rule about its value would only
        // repeat.
        let (mut faulty, mut wrong) = (0_u64, 0_u64);
        elements::check(segment, fields, placed.of, &settings.lists, &mut |at, kind, value| {
            let bit = 1 << (at.element & 63);
            if matches!(placed.of.id, ids::ST | ids::SE) && self.of_envelope & bit != 0 {
                return;
            }
            faulty |= bit;
            if kind.severity() == Severity::Error {
                wrong |= bit;
            }
            let value = (!value.is_empty()).then_some(value);
            let element = Some(at);
            reporter.report(kind, Place { element, ..*place }, value);
        });
        if placed.of.id == ids::HL {
            hierarchy(&mut self.hierarchy, segment, fields, placed, *place, wrong, reporter);
        }
        if settings.level >= Level::Balance {
            let on_finding = &mut |kind, place| reporter.report(kind, place, None);
            self.sums.take(segment, fields, placed, place, on_finding);
        }
        if settings.level >= Level::Situation {
            if matches!(placed.of.id, ids::NM1 | ids::N1) {
                npi(segment, fields, placed, *place, wrong, reporter);
            }
            let on_finding = &mut |kind, at: Place| {
                let is_here = at.segment == place.segment;
                let is_repeated = at.element.is_some_and(|at| faulty >> (at.element & 63) & 1 == 1);
                if !(is_here && (is_repeated || is_extra)) {
                    reporter.report(kind, at, value_at(segment, fields, &at));
                }
            };
            self.situations.take(segment, fields, placed, place, on_finding);
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
    pub(super) fn cut_off(
        mut self,
        place: Place,
        settings: &Settings,
        verdict: &mut Verdict,
        report: &mut dyn Report,
    ) -> Ended {
        let mut counts = std::mem::take(&mut self.counts);
        let mut reporter = Reporter {
            counts: &mut counts,
            settings,
            verdict,
            report,
        };
        if let Some(held) = self.held.take() {
            self.take_held(&held, Fit::Any, &mut reporter);
        }
        let position = self.position;
        reporter.report(FindingKind::TransactionUnended, Place { position, ..place }, None);
        self.counts = counts;
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
        let mut counts = std::mem::take(&mut self.counts);
        let mut reporter = Reporter {
            counts: &mut counts,
            settings,
            verdict,
            report,
        };
        let place = Place {
            position: self.position,
            ..place
        };
        if let Some(walker) = &mut self.walker {
            let mut missing = Vec::new();
            walker.finish(&mut |part| missing.push(part));
            self.recovery.missing(&mut missing, false);
            for part in missing {
                self.missing.add(part, place);
            }
        }
        let missing = self.missing.finish();
        self.report_missing(&missing, &mut reporter);
        self.bounds
            .finish(&place, |kind, place| reporter.report(kind, place, None));
        self.sums.finish(&mut |kind, place| reporter.report(kind, place, None));
        self.situations
            .finish(&mut |kind, place| reporter.report(kind, place, None));
        self.counts = counts;
        self.outcome(false)
    }
}

fn too_many(placed: &Placed, place: Place, reporter: &mut Reporter<'_>) {
    // Reported once, where the limit is passed.
    if placed.count == placed.part.kind.max().saturating_add(1)
        && let Some(kind) = placed.surplus()
    {
        reporter.report(kind, place, None);
    }
}

fn hierarchy(
    of: &mut Hierarchy,
    segment: &Segment<'_>,
    fields: &Fields,
    placed: &Placed,
    place: Place,
    wrong: u64,
    reporter: &mut Reporter<'_>,
) {
    let stated = Stated {
        number: fields.get(segment, 1),
        parent: fields.get(segment, 2),
        children: fields.get(segment, 4),
        depth: placed.depth,
    };
    of.take(&stated, |element, kind| {
        if wrong >> element & 1 == 1 {
            return;
        }
        let value = fields.get(segment, usize::from(element));
        let element = Some(element_at(placed.of, element, 0));
        reporter.report(kind, Place { element, ..place }, Some(value));
    });
}

/// Checks the NPI after a qualifier XX in NM1 and N1. XX in PRV has another meaning.
fn npi(segment: &Segment<'_>, fields: &Fields, placed: &Placed, place: Place, wrong: u64, reporter: &mut Reporter<'_>) {
    let at = match segment.code() {
        ids::NM1 if fields.bytes(segment, 8) == b"XX" => 9,
        ids::N1 if fields.bytes(segment, 3) == b"XX" => 4,
        _ => return,
    };
    let value = fields.get(segment, usize::from(at));
    if !value.is_empty() && wrong >> at & 1 == 0 && !values::is_npi(value) {
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
