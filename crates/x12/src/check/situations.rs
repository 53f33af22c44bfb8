//! Situational rules: dependencies between values, as far as the standard's public facts define
//! them (SNIP type 4). One file per transaction.

mod answer;
mod claim;
mod contact;
mod dates;
mod diagnoses;
mod enrollment;
mod facts;
mod inquiry;
mod lines;
mod local;
mod other_payer;
mod parties;
mod remittance;
mod row;
mod rule;
#[cfg(test)]
mod tests;

pub use rule::Situation;

use super::balance::OnFinding;
use super::element_at;
use crate::fields::Fields;
use crate::finding::{FindingKind, Place};
use crate::guide::{Guide, Id, SegmentUse};
use crate::segment::Segment;
use crate::walk::Placed;

/// A segment and its place in the guide.
#[derive(Clone, Copy)]
struct Step<'s, 'a> {
    id: Id,
    segment: &'s Segment<'a>,
    fields: &'s Fields,
    of: &'static SegmentUse,
    /// The loop id of the segment.
    within: &'static str,
    place: &'s Place,
}

impl<'a> Step<'_, 'a> {
    fn id(&self) -> Id {
        self.id
    }

    #[inline]
    fn element(&self, n: usize) -> &'a str {
        self.fields.get(self.segment, n)
    }

    #[inline]
    fn bytes(&self, n: usize) -> &'a [u8] {
        self.fields.bytes(self.segment, n)
    }

    fn is_empty(&self, n: usize) -> bool {
        self.bytes(n).is_empty()
    }

    /// The components of an element.
    fn parts(&self, n: usize) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let separator = self.segment.delimiters().component_byte();
        self.bytes(n).split(move |byte| *byte == separator)
    }

    /// The place of an element; component 0 is the whole element.
    fn at(&self, element: usize, component: u8) -> Place {
        let element = u8::try_from(element).unwrap_or(u8::MAX);
        Place {
            element: Some(element_at(self.of, element, component)),
            ..*self.place
        }
    }
}

/// The state of the current transaction set.
#[derive(Debug)]
pub(super) enum Situations {
    Claims(Box<claim::Claims>),
    Inquiry(Box<inquiry::Inquiry>),
    Answer(Box<answer::Answer>),
    Enrollment(Box<enrollment::Enrollment>),
    Remittance,
    /// Only the rules of every transaction.
    Contact,
    None,
}

impl Situations {
    pub(super) fn of(guide: Option<&'static Guide>) -> Self {
        let Some(guide) = guide else { return Self::None };
        match guide.transaction {
            "837" => Self::Claims(Box::new(claim::Claims::of(guide))),
            "270" => Self::Inquiry(Box::default()),
            "271" => Self::Answer(Box::default()),
            "834" => Self::Enrollment(Box::default()),
            "835" => Self::Remittance,
            "276" | "277" | "278" | "820" => Self::Contact,
            _ => Self::None,
        }
    }

    #[expect(clippy::inline_always, reason = "every segment passes here")]
    #[inline(always)]
    pub(super) fn take(
        &mut self,
        segment: &Segment<'_>,
        fields: &Fields,
        placed: &Placed,
        place: &Place,
        on_finding: &mut OnFinding<'_>,
    ) {
        let within = placed.within.id;
        let step = Step {
            id: placed.of.id,
            segment,
            fields,
            of: placed.of,
            within,
            place,
        };
        match self {
            Self::Claims(claims) => claims.take(&step, on_finding),
            Self::None => {}
            _ => self.take_other(&step, on_finding),
        }
    }

    /// A segment of a transaction other than the 837.
    #[inline(never)]
    fn take_other(&mut self, step: &Step<'_, '_>, on_finding: &mut OnFinding<'_>) {
        // A value that is not text is not checked further.
        if step.segment.is_text() {
            contact::check(step, on_finding);
        }
        match self {
            Self::Inquiry(inquiry) => inquiry.take(step, on_finding),
            Self::Answer(answer) => answer.take(step, on_finding),
            Self::Enrollment(enrollment) => enrollment.take(step, on_finding),
            Self::Remittance => remittance::take(step, on_finding),
            Self::Claims(_) | Self::Contact | Self::None => {}
        }
    }

    pub(super) fn finish(&mut self, on_finding: &mut OnFinding<'_>) {
        match self {
            Self::Claims(claims) => claims.end_claim(on_finding),
            Self::Inquiry(inquiry) => inquiry.end_patient(on_finding),
            Self::Answer(answer) => answer.end_patient(on_finding),
            Self::Enrollment(enrollment) => enrollment.end_member(on_finding),
            Self::Remittance | Self::Contact | Self::None => {}
        }
    }
}

fn broken(situation: Situation, place: Place, on_finding: &mut OnFinding<'_>) {
    on_finding(FindingKind::Situation(situation), place);
}
