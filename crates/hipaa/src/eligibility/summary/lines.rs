//! The lines that hold for the service, each with its rank.

use std::collections::HashSet;

use super::coverage::{Coverage, Sections};
use super::scope::Scope;
use super::terms::{self, QualifiedAmount, QualifiedShare, Terms};
use crate::eligibility::Benefit;

/// A line with an amount or a share, or one that names the coverage.
pub(super) struct Line<'r> {
    /// The index in [`Response::benefits`](crate::eligibility::Response::benefits).
    pub(super) index: usize,
    pub(super) benefit: &'r Benefit,
    /// 0 exact service, 1 none, 2 the plan as a whole.
    pub(super) service: u8,
    /// 0 requested network, 1 both, 2 not stated; `None` for the opposite one.
    pub(super) network: Option<u8>,
    /// The coverage that the line belongs to.
    pub(super) coverage: Coverage<'r>,
    /// Another payer in loop 2120 of the line.
    pub(super) administrator: Option<&'r str>,
    /// It can be chosen: not about a single procedure, another network or the other part of
    /// Medicare.
    pub(super) applies: bool,
    /// It is about the plan as a whole, which does not answer for the service.
    pub(super) is_withheld: bool,
}

/// The lines of the patient with a rank for the service, in the payer's order.
pub(super) fn read<'r>(scope: &Scope<'r>, service_only: bool) -> Vec<Line<'r>> {
    let mut sections = Sections::default();
    let mut found = Vec::new();
    for (index, benefit) in scope.benefits() {
        let coverage = sections.next(scope, benefit);
        let Some(service) = scope.service(benefit) else {
            continue;
        };
        let network = scope.network(benefit);
        let is_withheld = service_only && service != 0;
        let fits = benefit.procedure.is_none() && network.is_some() && !scope.is_other_part(benefit);
        found.push(Line {
            index,
            benefit,
            service,
            network,
            coverage,
            administrator: scope.administrator(benefit),
            applies: fits && !is_withheld,
            is_withheld,
        });
    }
    found
}

/// The lines with an amount or a share that are not in use.
pub(super) fn unused(lines: &[Line<'_>], used: impl Iterator<Item = usize>) -> Vec<usize> {
    let used: HashSet<usize> = used.collect();
    let with_money = lines
        .iter()
        .filter(|line| line.benefit.amount.is_some() || line.benefit.percent.is_some());
    let left = with_money.filter(|line| !used.contains(&line.index));
    left.map(|line| line.index).collect()
}

/// The names of the plans in the payer's order.
pub(super) fn plans(scope: &Scope<'_>, lines: &[Line<'_>]) -> Vec<String> {
    let mut seen = HashSet::new();
    let named = lines
        .iter()
        .filter(|line| !scope.is_other_part(line.benefit))
        .filter_map(|line| line.benefit.plan.as_deref());
    named.filter(|plan| seen.insert(*plan)).map(str::to_owned).collect()
}

impl<'r> Line<'r> {
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
        self.coverage.administrator.is_some()
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
