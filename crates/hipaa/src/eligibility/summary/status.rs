//! Whether the service is covered: the lines that state a coverage.

use super::Status;
use super::coverage::One;
use super::lines::Line;
use super::scope::Scope;
use crate::eligibility::Benefit;

/// The lines that state whether a service is covered.
pub(super) struct Statements<'r> {
    /// Those with the best rank of the service.
    group: Vec<&'r Benefit>,
    /// Whether that group is about the exact service.
    is_exact: bool,
    /// Every statement of the patient, for the names of the plan.
    all: Vec<&'r Benefit>,
    /// Lines for the exact service that refer it elsewhere, or cannot answer.
    pub(super) referrals: Vec<usize>,
}

/// The plan and the type of insurance that a summary shows.
pub(super) struct Names {
    pub(super) plan: Option<String>,
    pub(super) insurance_type: Option<String>,
}

/// EB01 of a line that keeps the plan as a whole from answering for its service: contact another
/// entity, cannot process, other source of data, exclusion.
fn refers_elsewhere(benefit: &Benefit) -> bool {
    matches!(benefit.info.as_str(), "U" | "V" | "W" | "E")
}

impl<'r> Statements<'r> {
    pub(super) fn of(scope: &Scope<'r>) -> Self {
        let mut groups: [Vec<&'r Benefit>; 3] = Default::default();
        let (mut all, mut referrals) = (Vec::new(), Vec::new());
        for (index, benefit) in scope.benefits().filter(|(_, benefit)| !scope.is_other_part(benefit)) {
            let states_coverage = benefit.is_active_coverage() || benefit.is_inactive_coverage();
            if states_coverage {
                all.push(benefit);
            }
            let Some(rank) = scope.service(benefit) else { continue };
            // "Not covered" outside the requested network does not apply to the requested one.
            let applies = benefit.procedure.is_none() && scope.network(benefit).is_some();
            if states_coverage || (benefit.info == "I" && applies) {
                if let Some(group) = groups.get_mut(usize::from(rank)) {
                    group.push(benefit);
                }
            } else if refers_elsewhere(benefit) && rank == 0 && applies && scope.is_only_for_service(benefit) {
                referrals.push(index);
            }
        }
        let [exact, unspecific, plan] = groups;
        let is_exact = !exact.is_empty() || !referrals.is_empty();
        let best = if is_exact {
            exact
        } else if unspecific.is_empty() {
            plan
        } else {
            unspecific
        };
        Self {
            group: best,
            is_exact,
            all,
            referrals,
        }
    }

    pub(super) fn status(&self) -> Status {
        let states = |test: fn(&Benefit) -> bool| self.group.iter().any(|benefit| test(benefit));
        if states(Benefit::is_active_coverage) {
            Status::Active
        } else if states(Benefit::is_inactive_coverage) {
            Status::Inactive
        } else if self.group.is_empty() {
            Status::NotStated
        } else {
            Status::NotCovered
        }
    }

    /// Whether amounts of the plan as a whole do not hold for the service: it is not covered, or
    /// another entity answers for it.
    pub(super) fn answer_for_service_only(&self) -> bool {
        self.is_exact && self.status() != Status::Active
    }

    /// The names that belong to the lines shown; without any, those of the coverage, else of any
    /// statement: payers often name the plan only with service type 30.
    pub(super) fn names(&self, shown: &[&Line<'r>]) -> Names {
        let is_active = self.group.iter().any(|benefit| benefit.is_active_coverage());
        let of_group = || {
            let group = self.group.iter().copied();
            group.filter(|benefit| !is_active || benefit.is_active_coverage())
        };
        let all = || self.all.iter().copied();
        let first_of = |of_lines: One<&str>, name: fn(&Benefit) -> Option<&str>| {
            let mut found = of_lines;
            if matches!(found, One::None) {
                found = one(of_group().filter_map(name));
            }
            if matches!(found, One::None) {
                found = one(all().filter_map(name));
            }
            found.single().map(str::to_owned)
        };
        let insurance_type = one(shown.iter().filter_map(|line| line.insurance_type()));
        Names {
            plan: first_of(one(shown.iter().filter_map(|line| line.plan())), |benefit| {
                benefit.plan.as_deref()
            }),
            insurance_type: first_of(insurance_type, |benefit| benefit.insurance_type.as_deref()),
        }
    }
}

fn one<'v>(values: impl Iterator<Item = &'v str>) -> One<&'v str> {
    let mut found = One::None;
    for value in values {
        found.add(value);
    }
    found
}
