//! The lines that hold for the service, each with its rank.

use std::collections::HashSet;

use super::coverage::{Coverage, Sections};
use super::level::is_level;
use super::scope::{Administrator, EXACT, Scope, UNREAD};
use super::status::Statements;
use super::terms::{self, QualifiedAmount, QualifiedShare, Terms};
use crate::eligibility::Benefit;

/// A line with an amount or a share, or one that names the coverage.
pub(super) struct Line<'r> {
    /// The index in [`Response::benefits`](crate::eligibility::Response::benefits).
    pub(super) index: usize,
    pub(super) benefit: &'r Benefit,
    /// The rank of the service.
    pub(super) service: u8,
    /// 0 requested network, 1 both, 2 not stated; `None` for the opposite one.
    pub(super) network: Option<u8>,
    /// The coverage that the line belongs to.
    pub(super) coverage: Coverage<'r>,
    /// Another payer or a vendor in loop 2120 of the line.
    administrator: Option<Administrator<'r>>,
    pub(super) holds: Holds,
    /// It is about the plan as a whole, which does not answer for the service.
    pub(super) is_withheld: bool,
}

/// Whether a line holds for the patient and the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    Yes,
    /// It is not known: the line is not chosen, and no line of a lower rank is.
    Perhaps,
    /// It is about a single procedure, another network, another person, another plan than that of
    /// the service, or the other part of Medicare.
    No,
}

/// The lines of the patient with a rank for the service, in the payer's order.
pub(super) fn read<'r>(scope: &Scope<'r>, statements: &Statements<'r>) -> Vec<Line<'r>> {
    let service_only = statements.answer_for_service_only();
    let mut sections = Sections::default();
    let mut found = Vec::new();
    for (index, benefit) in scope.benefits() {
        let coverage = sections.next(scope, benefit);
        let Some(service) = scope.service(benefit) else {
            continue;
        };
        let mut line = Line {
            index,
            benefit,
            service,
            network: scope.network(benefit),
            coverage,
            administrator: scope.administrator(benefit),
            holds: Holds::No,
            is_withheld: service_only && service != EXACT,
        };
        line.holds = line.holds(scope, statements);
        found.push(line);
    }
    found
}

/// The lines with an amount or a share that is not in use.
pub(super) fn unused(
    lines: &[Line<'_>],
    amounts: impl Iterator<Item = usize>,
    shares: impl Iterator<Item = usize>,
) -> Vec<usize> {
    let (amounts, shares): (HashSet<_>, HashSet<_>) = (amounts.collect(), shares.collect());
    let left = lines.iter().filter(|line| {
        let of_amount = line.benefit.amount.is_some() && !amounts.contains(&line.index);
        of_amount || (line.benefit.percent.is_some() && !shares.contains(&line.index))
    });
    left.map(|line| line.index).collect()
}

/// The names of the plans in the payer's order.
pub(super) fn plans(scope: &Scope<'_>, lines: &[Line<'_>]) -> Vec<String> {
    let mut seen = HashSet::new();
    let named = lines
        .iter()
        .filter(|line| !scope.is_other_part(line.benefit.insurance_type.as_deref()))
        .filter_map(|line| line.benefit.plan.as_deref());
    named.filter(|plan| seen.insert(*plan)).map(str::to_owned).collect()
}

impl<'r> Line<'r> {
    fn holds(&self, scope: &Scope<'r>, statements: &Statements<'r>) -> Holds {
        let insurance_type = self.insurance_type();
        let coverage = Coverage {
            plan: self.plan(),
            insurance_type,
            administrator: self.administrator.or(self.coverage.administrator),
        };
        let is_of_another_plan = || self.service != EXACT && statements.own.exclude(coverage);
        if self.benefit.procedure.is_some()
            || self.network.is_none()
            || self.is_withheld
            || scope.is_other_part(insurance_type)
            || scope.is_of_others(self.benefit)
            || is_of_another_plan()
        {
            return Holds::No;
        }
        let is_doubtful = self.service == UNREAD
            || scope.is_either_part(insurance_type)
            || self.level().is_some_and(|level| !is_level(level));
        if is_doubtful { Holds::Perhaps } else { Holds::Yes }
    }

    /// EB05, else the plan of the coverage.
    pub(super) fn plan(&self) -> Option<&'r str> {
        self.benefit.plan.as_deref().or(self.coverage.plan)
    }

    /// EB04, else the type of the coverage.
    pub(super) fn insurance_type(&self) -> Option<&'r str> {
        self.benefit.insurance_type.as_deref().or(self.coverage.insurance_type)
    }

    pub(super) fn period(&self) -> Option<&'r str> {
        self.benefit.period.as_deref()
    }

    pub(super) fn level(&self) -> Option<&'r str> {
        self.benefit.level.as_deref()
    }

    /// Whether another payer administers it.
    pub(super) fn is_delegated(&self) -> bool {
        self.coverage.administrator.is_some() || self.administrator.is_some()
    }

    /// Whether it holds under conditions only.
    pub(super) fn is_conditional(&self) -> bool {
        !self.benefit.messages.is_empty() || !self.benefit.places_of_service.is_empty()
    }

    pub(super) fn terms(&self) -> Terms {
        let benefit = self.benefit;
        Terms {
            period: benefit.period.clone(),
            level: benefit.level.clone(),
            service_types: benefit.service_types.clone(),
            network: benefit.network,
            plan: self.plan().map(str::to_owned),
            insurance_type: self.insurance_type().map(str::to_owned),
            authorization_required: benefit.authorization_required,
            messages: benefit.messages.clone(),
            places_of_service: benefit.places_of_service.clone(),
            benefits: vec![self.index],
        }
    }

    pub(super) fn qualified_amount(&self) -> Option<QualifiedAmount> {
        let (amount, terms) = (self.benefit.amount?, self.terms());
        Some(QualifiedAmount { amount, terms })
    }

    pub(super) fn qualified_share(&self) -> Option<QualifiedShare> {
        let share = self.benefit.percent?;
        let (percent, above_one, terms) = (terms::percent(share), terms::is_percent(share), self.terms());
        Some(QualifiedShare {
            percent,
            above_one,
            terms,
        })
    }
}
