//! What an acknowledgement names around an error (CTX).

use super::outcome::{BusinessUnit, SituationalTrigger};
use super::triggers::{self, Positions};
use crate::finding::{Finding, FindingKind};
use crate::segment::Segment;
use crate::walk::Placed;
use std::cmp::Ordering;

/// Maximum length of the name of a business unit (CTX01-2).
const UNIT: usize = 35;

/// What is named beside an error.
#[derive(Debug, Clone)]
pub(super) struct Context {
    pub(super) unit: Option<BusinessUnit>,
    pub(super) triggers: Vec<SituationalTrigger>,
}

/// A claim, member or inquiry.
#[derive(Debug, Default)]
struct Unit {
    /// The segment that names it.
    from: u32,
    named: Option<BusinessUnit>,
}

/// Follows a transaction set.
#[derive(Debug, Default)]
pub(super) struct Surroundings {
    /// The names of units may be repeated.
    names_units: bool,
    /// The current claim, member or inquiry.
    unit: Unit,
    /// The one before it.
    before: Unit,
    positions: Positions,
}

impl Surroundings {
    /// Before the first segment.
    pub(super) fn naming_units(names_units: bool) -> Self {
        Self {
            names_units,
            ..Self::default()
        }
    }

    /// Takes the next segment.
    pub(super) fn take(&mut self, segment: &Segment<'_>, placed: Option<&Placed>) {
        self.positions.take(placed);
        if self.names_units && placed.is_some() {
            self.follow(segment);
        }
    }

    /// What is named beside a finding.
    pub(super) fn of(&self, finding: &Finding<'_>) -> Context {
        Context {
            unit: self.unit_of(finding),
            triggers: triggers::of(finding, &self.positions).into_iter().collect(),
        }
    }

    /// Remembers the business unit that segments belong to, from the segment that names it.
    fn follow(&mut self, segment: &Segment<'_>) {
        let (kind, value) = match (segment.id(), segment.element(1)) {
            ("CLM", number) => ("CLM01", number),
            ("TRN", _) => ("TRN02", segment.element(2)),
            ("REF", "0F") => ("SUBSCRIBER NUMBER REF02", segment.element(2)),
            ("HL" | "INS" | "SE", _) => ("", ""),
            _ => return,
        };
        let fits = (1..=UNIT).contains(&value.len());
        let named = fits.then(|| BusinessUnit {
            kind: kind.to_owned(),
            value: value.to_owned(),
        });
        let from = segment.number();
        self.before = std::mem::replace(&mut self.unit, Unit { from, named });
    }

    /// The business unit of the segment in error. Some errors are reported after their place. Where
    /// something is missing before the segment that begins a unit, the unit is not known.
    fn unit_of(&self, finding: &Finding<'_>) -> Option<BusinessUnit> {
        let at = finding.place.segment;
        let is_missing = matches!(
            finding.kind,
            FindingKind::MissingSegment { .. } | FindingKind::MissingLoop { .. }
        );
        match at.cmp(&self.unit.from) {
            Ordering::Equal if is_missing => None,
            Ordering::Less if at < self.before.from => None,
            Ordering::Less => self.before.named.clone(),
            _ => self.unit.named.clone(),
        }
    }
}
