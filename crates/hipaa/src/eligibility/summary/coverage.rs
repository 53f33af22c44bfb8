//! The coverage that an amount belongs to: payers name the plan on the line of the coverage and
//! leave it out on the amounts below.

use std::collections::{HashMap, HashSet};

use super::scope::{Administrator, EXACT, Scope};
use crate::eligibility::Benefit;

/// The names on the line of a coverage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) struct Coverage<'r> {
    /// EB05.
    pub(super) plan: Option<&'r str>,
    /// EB04.
    pub(super) insurance_type: Option<&'r str>,
    /// Another payer or a vendor, who administers it.
    pub(super) administrator: Option<Administrator<'r>>,
}

impl<'r> Coverage<'r> {
    /// The names on a line itself.
    pub(super) fn of(scope: &Scope<'r>, benefit: &'r Benefit) -> Self {
        Self {
            plan: benefit.plan.as_deref(),
            insurance_type: benefit.insurance_type.as_deref(),
            administrator: scope.administrator(benefit),
        }
    }
}

/// The coverages that the payer states for the exact service. Amounts of another plan, type or
/// payer do not hold for the service.
#[derive(Default)]
pub(super) struct OwnCoverages<'r> {
    plans: HashSet<Option<&'r str>>,
    insurance_types: HashSet<Option<&'r str>>,
    administrators: HashSet<Option<Administrator<'r>>>,
}

impl<'r> OwnCoverages<'r> {
    pub(super) fn add(&mut self, coverage: Coverage<'r>) {
        self.plans.insert(coverage.plan);
        self.insurance_types.insert(coverage.insurance_type);
        self.administrators.insert(coverage.administrator);
    }

    /// Whether a coverage is another one. A name that is not stated agrees with every other.
    pub(super) fn exclude(&self, coverage: Coverage<'r>) -> bool {
        let differs = |own: &HashSet<Option<&str>>, name: Option<&str>| {
            name.is_some() && !own.is_empty() && !own.contains(&None) && !own.contains(&name)
        };
        // Without another payer an amount is of the payer of the response.
        let own = &self.administrators;
        let is_of_another_payer = !own.is_empty() && !own.contains(&None) && !own.contains(&coverage.administrator);
        is_of_another_payer
            || differs(&self.plans, coverage.plan)
            || differs(&self.insurance_types, coverage.insurance_type)
    }
}

/// None, one or several different values.
#[derive(Debug, Clone, Copy, Default)]
pub(super) enum One<T> {
    #[default]
    None,
    Single(T),
    Several,
}

impl<T: PartialEq + Copy> One<T> {
    pub(super) fn of(values: impl Iterator<Item = T>) -> Self {
        let mut found = Self::None;
        values.for_each(|value| found.add(value));
        found
    }

    /// Whether a line that states this, or nothing, can be about the single value.
    pub(super) fn agrees(self, stated: Option<T>) -> bool {
        self.single().is_none_or(|known| stated == Some(known))
    }

    pub(super) fn add(&mut self, value: T) {
        *self = match *self {
            Self::None => Self::Single(value),
            Self::Single(known) if known == value => Self::Single(known),
            Self::Single(_) | Self::Several => Self::Several,
        };
    }

    pub(super) fn single(self) -> Option<T> {
        match self {
            Self::Single(value) => Some(value),
            Self::None | Self::Several => None,
        }
    }
}

/// The coverages that were named last for one rank of the service, without amounts between them.
#[derive(Default)]
struct Named<'r> {
    /// Which group of coverages this is.
    group: usize,
    all: One<Coverage<'r>>,
    by_insurance_type: HashMap<Option<&'r str>, One<Coverage<'r>>>,
}

/// Follows the lines of a patient in the payer's order.
#[derive(Default)]
pub(super) struct Sections<'r> {
    /// By rank of the service.
    named: [Named<'r>; 3],
    /// The number of groups of coverages so far.
    group: usize,
    is_open: bool,
}

impl<'r> Sections<'r> {
    /// Takes the next line, and returns the coverage that it belongs to.
    pub(super) fn next(&mut self, scope: &Scope<'r>, benefit: &'r Benefit) -> Coverage<'r> {
        let own = Coverage::of(scope, benefit);
        if benefit.is_active_coverage() || benefit.is_inactive_coverage() {
            if own != Coverage::default() && benefit.procedure.is_none() {
                self.name(scope, benefit, own);
            }
            return own;
        }
        if benefit.amount.is_some() || benefit.percent.is_some() {
            self.is_open = false;
        }
        let above = self.above(scope, benefit, own);
        match own.plan {
            Some(plan) if above.plan != Some(plan) => own,
            _ => above,
        }
    }

    fn name(&mut self, scope: &Scope<'r>, benefit: &'r Benefit, coverage: Coverage<'r>) {
        if !self.is_open {
            (self.group, self.is_open) = (self.group + 1, true);
        }
        let plan_as_a_whole = benefit.service_types.iter().any(|code| code == "30");
        let fits = [
            scope.service(benefit) == Some(EXACT),
            benefit.service_types.is_empty(),
            plan_as_a_whole,
        ];
        for (named, _) in self.named.iter_mut().zip(fits).filter(|(_, fits)| *fits) {
            if named.group != self.group {
                *named = Named {
                    group: self.group,
                    ..Named::default()
                };
            }
            named.all.add(coverage);
            let of_type = named.by_insurance_type.entry(coverage.insurance_type).or_default();
            of_type.add(coverage);
        }
    }

    /// The coverage that was named last for the service of an amount.
    fn above(&self, scope: &Scope<'r>, benefit: &Benefit, own: Coverage<'r>) -> Coverage<'r> {
        // A coverage of the exact service is not about amounts of the plan as a whole.
        let candidates = match scope.service(benefit) {
            Some(EXACT) => &self.named[..],
            _ => self.named.get(1..).unwrap_or_default(),
        };
        let Some(latest) = candidates.iter().rev().max_by_key(|named| named.group) else {
            return Coverage::default();
        };
        let of_type = || latest.by_insurance_type.get(&own.insurance_type).copied();
        match (latest.all, own.insurance_type) {
            (One::Single(one), None) => one,
            (One::Single(one), stated) if one.insurance_type.is_none() || one.insurance_type == stated => one,
            (One::Several, Some(_)) => of_type().and_then(One::single).unwrap_or_default(),
            _ => Coverage::default(),
        }
    }
}
