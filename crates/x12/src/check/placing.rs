//! Finds the place of each segment, and reports what is missing, out of sequence or without a
//! place.

use super::held::Held;
use super::missing;
use super::reporter::Reporter;
use super::transaction::{Next, OpenTransaction};
use super::unplaced::explained;
use crate::fields::Fields;
use crate::finding::{FindingKind, Place};
use crate::guide::known;
use crate::segment::Segment;
use crate::walk::{Limit, MissingPart, Placed, Walker};

/// The places that a segment may take.
#[derive(Clone, Copy)]
pub(super) enum Fit {
    /// One that it fits, within its limit. Otherwise it is held until the next one is known.
    Sure,
    /// Any.
    Any,
    /// In the loop that the segment after it has opened.
    Early,
}

impl OpenTransaction {
    /// The place of a segment in the guide, which is `out`: a copy takes longer than the search.
    #[expect(
        clippy::inline_always,
        reason = "every segment passes here; the other callers are rare"
    )]
    #[inline(always)]
    pub(super) fn find(
        &mut self,
        next: &Next<'_, '_>,
        fields: &Fields,
        place: &Place,
        fit: Fit,
        reporter: &mut Reporter<'_>,
        out: &mut Option<Placed>,
    ) {
        if let Fit::Early = fit {
            *out = self.find_early(next, fields, *place, reporter);
            return;
        }
        let Next { segment, id, nth, .. } = *next;
        let Some(walker) = &mut self.walker else {
            reporter.report.segment(next.received, None);
            return;
        };
        let mut missing = Vec::new();
        let on_missing = &mut |part| missing.push(part);
        if let Some(nth) = nth
            && !walker.step_exactly(nth, segment, fields, Limit::Within, on_missing, out)
        {
            if let Fit::Sure = fit {
                self.held = Some(Box::new(Held::of(next, nth, *place)));
                return;
            }
            let depth = walker.open().len();
            if self.recovery.has_missed(segment, fields) || self.missing.around(depth, segment, fields).is_some() {
                // It is what was missing before: no place is guessed for it.
                walker.step_exactly(nth, segment, fields, Limit::Beyond, on_missing, out);
            } else {
                *out = walker.step_otherwise(nth, segment, fields, self.recovery.is_astray(), on_missing);
            }
        }
        reporter.report.segment(next.received, out.as_ref());
        if !missing.is_empty() {
            let repeats = self.opened == (place.position - 1, id);
            self.recovery.missing(&mut missing, repeats);
            for part in missing {
                self.missing.add(part, *place);
            }
        }
        if !self.missing.is_empty() {
            self.settle_missing(out.as_ref(), reporter);
        }
        let Some(placed) = out else {
            self.unplaced(next, fields, *place, reporter);
            return;
        };
        if placed.opened {
            self.opened = (place.position, id);
        }
        if !self.recovery.is_idle() {
            self.recovery.placed(placed);
        }
        if placed.by_id_only {
            self.recovery.wrong_qualifier();
        }
        if placed.is_out_of_sequence {
            self.out_of_sequence(segment, placed, *place, reporter);
        }
    }

    /// Takes the segment that was held, now that the next one is known. Where that opens the loop
    /// of the held one, it is returned: it is checked after the next one.
    #[cold]
    pub(super) fn release(
        &mut self,
        next: &Next<'_, '_>,
        fields: &Fields,
        reporter: &mut Reporter<'_>,
    ) -> Option<Box<Held>> {
        let held = self.held.take()?;
        let (segment, mut held_fields) = (held.segment(), Fields::default());
        held_fields.of(&segment);
        let early = (held.nth(), &segment, &held_fields);
        let opens = |walker: &Walker| {
            next.nth
                .is_some_and(|nth| walker.opens_loop_for((nth, next.segment, fields), early))
        };
        if self.walker.as_ref().is_some_and(opens) {
            reporter.report.segment(&held.received(), None);
            return Some(held);
        }
        self.take_held(&held, Fit::Any, reporter);
        None
    }

    /// Takes a segment that was held.
    #[cold]
    pub(super) fn take_held(&mut self, held: &Held, fit: Fit, reporter: &mut Reporter<'_>) {
        let (segment, received, mut fields) = (held.segment(), held.received(), Fields::default());
        fields.of(&segment);
        let next = Next {
            segment: &segment,
            received: &received,
            id: segment.code(),
            nth: Some(held.nth()),
        };
        self.step(&next, &fields, held.place().position, fit, reporter);
    }

    /// The place of a segment in the loop that opened after it.
    #[cold]
    fn find_early(
        &mut self,
        next: &Next<'_, '_>,
        fields: &Fields,
        place: Place,
        reporter: &mut Reporter<'_>,
    ) -> Option<Placed> {
        let placed = self.walker.as_mut()?.step_early(next.nth?, next.segment, fields)?;
        self.out_of_sequence(next.segment, &placed, place, reporter);
        Some(placed)
    }

    /// Reports a segment out of sequence. One beyond its limit is reported as such.
    #[cold]
    fn out_of_sequence(&mut self, segment: &Segment<'_>, placed: &Placed, place: Place, reporter: &mut Reporter<'_>) {
        if placed.count <= placed.part.kind.max() && self.recovery.out_of_sequence(placed) {
            let loop_id = placed.within.id;
            reporter.report(FindingKind::OutOfOrder, Place { loop_id, ..place }, Some(segment.id()));
        }
    }

    /// Takes a segment without a place.
    #[cold]
    fn unplaced(&mut self, next: &Next<'_, '_>, fields: &Fields, place: Place, reporter: &mut Reporter<'_>) {
        self.sums.lose();
        let Some(walker) = &self.walker else { return };
        self.missing.fill_around(walker.open().len(), next.segment, fields);
        if self.recovery.unplaced(next.id, known(next.segment.id()).is_none()) {
            let (kind, around) = explained(walker, next.segment, fields);
            if let FindingKind::LoopNotOpened { loop_id, .. } = kind
                && !self.recovery.not_opened(loop_id, around)
            {
                return;
            }
            let open = Place {
                loop_id: walker.open().next_back().map_or("", |open| open.id),
                id: next.segment.place().id,
                ..place
            };
            reporter.report(kind, open, Some(next.segment.id()));
        }
    }

    /// Reports the missing parts that cannot come any more.
    #[cold]
    fn settle_missing(&mut self, placed: Option<&Placed>, reporter: &mut Reporter<'_>) {
        let Some(placed) = placed else { return };
        if placed.is_out_of_sequence {
            self.missing.fill(placed);
        }
        let settled = self.missing.settled(placed.kept, self.position);
        self.report_missing(&settled, reporter);
    }

    pub(super) fn report_missing(&mut self, parts: &[(MissingPart, Place)], reporter: &mut Reporter<'_>) {
        if parts.iter().any(|(part, _)| missing::holds_amount(part)) {
            self.sums.lose();
        }
        self.recovery.reported_missing(parts.iter().map(|(part, _)| part));
        missing::report(parts, reporter);
    }
}
