//! Signs that the segment which opens a loop is missing.

use super::{Limit, Placed, Walker};
use crate::fields::Fields;
use crate::guide::{Part, PartKind, ids};
use crate::segment::Segment;

/// NM101 of a person whom a level or a claim is about: subscriber, patient, dependent, corrected
/// insured.
const PERSONS: [&str; 4] = ["IL", "QC", "03", "74"];

impl Walker {
    /// The depth of the open loop in which a segment fits exactly, or in which it opens another
    /// one; `nth` is the index of its id, and the root is 1.
    #[cold]
    pub(crate) fn depth_of(&self, nth: u8, segment: &Segment<'_>, fields: &Fields) -> Option<usize> {
        let (depth, _) = self.find(nth, segment, fields, Limit::Beyond)?;
        Some(depth + 1)
    }

    /// The depth of the open loop whose person or coverage (SBR) a segment would be for the second
    /// time: the segment that opens the loop of that person is missing.
    #[cold]
    pub(crate) fn second_person(&self, nth: u8, segment: &Segment<'_>, fields: &Fields) -> Option<usize> {
        let is_person = segment.code() == ids::NM1 && PERSONS.contains(&segment.element(1));
        if !is_person && segment.code() != ids::SBR {
            return None;
        }
        let is_taken = |depth: usize| {
            let is_full = |index: u16| {
                let part = self.frames.part(depth, index);
                self.frames.count(depth, index) >= part.kind.max() && part.fits(segment, fields)
            };
            // The person's own loop may have loops inside, as that of a 271 has.
            let goes_on = self.frames.depth() > depth + 2;
            let mut at_hand = self.frames.candidates(depth, nth).filter(|_| goes_on);
            self.frames.earlier(depth, nth).any(is_full) || at_hand.any(is_full)
        };
        let mut depths = (0..self.frames.depth()).rev();
        depths.find(|depth| is_taken(*depth)).map(|depth| depth + 1)
    }

    /// Whether a person opened a loop that LS and LE must bound, without LS: the segment that opens
    /// the loop of that person may be missing.
    pub(crate) fn is_unbounded_person(&self, segment: &Segment<'_>, placed: &Placed) -> bool {
        let Some(around) = placed.depth.checked_sub(2) else {
            return false;
        };
        let parts = self.frames.loop_at(around).parts.iter().zip(0..);
        let is_missing = |(part, index): (&Part, u16)| {
            let is_ls = matches!(part.kind, PartKind::Segment(of) if of.id == ids::LS);
            is_ls && part.position < placed.part.position && self.frames.count(around, index) == 0
        };
        PERSONS.contains(&segment.element(1)) && { parts }.any(is_missing)
    }
}
