//! Whether the service is covered: the lines that state a coverage.

use super::Status;
use super::coverage::{Coverage, One, OwnCoverages};
use super::lines::Line;
use super::scope::{EXACT, NONE, PLAN, Scope, UNREAD};
use crate::eligibility::Benefit;

/// The lines that state whether a service is covered.
pub(super) struct Statements<'r> {
    /// Those with the best rank of the service.
    group: Vec<Statement<'r>>,
    /// Whether that group is about the exact service.
    is_exact: bool,
    /// Every statement of the patient, for the names of the plan.
    all: Vec<Statement<'r>>,
    /// Lines for the exact service that refer it elsewhere, or cannot answer, or may do so.
    pub(super) referrals: Vec<usize>,
    /// The coverages of the exact service.
    pub(super) own: OwnCoverages<'r>,
}

/// A line that states whether there is a coverage.
#[derive(Clone, Copy)]
struct Statement<'r> {
    benefit: &'r Benefit,
    coverage: Coverage<'r>,
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

/// Whether EB01 is a code of data element 1390 that a 271 has.
pub(super) fn is_known_info(benefit: &Benefit) -> bool {
    match benefit.info.as_bytes() {
        [code] => matches!(code, b'1'..=b'8' | b'A'..=b'Y'),
        code => matches!(code, b"CB" | b"MC"),
    }
}

impl<'r> Statements<'r> {
    pub(super) fn of(scope: &Scope<'r>) -> Self {
        let (mut exact, mut unspecific, mut plan) = (Vec::new(), Vec::new(), Vec::new());
        let (mut all, mut referrals, mut doubtful) = (Vec::new(), Vec::new(), Vec::new());
        let of_patient = scope.benefits().filter(|(_, benefit)| {
            !scope.is_other_part(benefit.insurance_type.as_deref()) && !scope.is_of_others(benefit)
        });
        for (index, benefit) in of_patient {
            let states_coverage = benefit.is_active_coverage() || benefit.is_inactive_coverage();
            let coverage = Coverage::of(scope, benefit);
            let statement = Statement { benefit, coverage };
            all.extend(states_coverage.then_some(statement));
            // "Not covered" outside the requested network does not apply to the requested one.
            let applies = benefit.procedure.is_none() && scope.network(benefit).is_some();
            let denies = benefit.info == "I" && applies;
            let refers = (refers_elsewhere(benefit) || !is_known_info(benefit)) && applies;
            let is_only_for_service = scope.is_only_for_service(benefit);
            match scope.service(benefit) {
                Some(EXACT) if states_coverage || denies => exact.push(statement),
                Some(EXACT) if refers && is_only_for_service => referrals.push(index),
                Some(UNREAD) if (refers || denies || benefit.is_inactive_coverage()) && is_only_for_service => {
                    doubtful.push(index);
                }
                Some(NONE) if states_coverage || denies => unspecific.push(statement),
                Some(PLAN) if states_coverage || denies => plan.push(statement),
                _ => {}
            }
        }
        if exact.is_empty() {
            referrals.append(&mut doubtful);
            referrals.sort_unstable();
        }
        let mut own = OwnCoverages::default();
        active_first(&exact).for_each(|statement| own.add(statement.coverage));
        let is_exact = !exact.is_empty() || !referrals.is_empty();
        let group = if is_exact {
            exact
        } else if unspecific.is_empty() {
            plan
        } else {
            unspecific
        };
        Self {
            group,
            is_exact,
            all,
            referrals,
            own,
        }
    }

    pub(super) fn status(&self) -> Status {
        let states = |test: fn(&Benefit) -> bool| self.group.iter().any(|statement| test(statement.benefit));
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

    /// Plan and type that belong together: those of the lines shown, else of the coverage, else of
    /// any statement that can be about the service, as payers often name the plan only with 30.
    pub(super) fn names(&self, shown: &[&Line<'r>]) -> Names {
        let of_lines = shown.iter().map(|line| (line.plan(), line.insurance_type()));
        let name = |statement: &Statement<'r>| (statement.coverage.plan, statement.coverage.insurance_type);
        let all = self
            .all
            .iter()
            .filter(|statement| !self.own.exclude(statement.coverage));
        let sources: [Vec<_>; 3] = [
            of_lines.collect(),
            active_first(&self.group).map(name).collect(),
            all.map(name).collect(),
        ];
        let (mut plan, mut insurance_type) = (One::None, One::None);
        for source in sources {
            let fits = |(of_plan, of_type): &&(Option<&'r str>, Option<&'r str>)| {
                plan.agrees(*of_plan) && insurance_type.agrees(*of_type)
            };
            let found: Vec<_> = source.iter().filter(fits).collect();
            let plans = One::of(found.iter().filter_map(|(name, _)| *name));
            let types = One::of(found.iter().filter_map(|(_, code)| *code));
            // One of several plans may be the only one with a type, which is not that of all.
            let plans_lack_type = matches!(plans, One::Several) && found.iter().any(|(_, code)| code.is_none());
            let types_lack_plan = matches!(types, One::Several) && found.iter().any(|(name, _)| name.is_none());
            if matches!(plan, One::None) {
                plan = if types_lack_plan { One::Several } else { plans };
            }
            if matches!(insurance_type, One::None) {
                insurance_type = if plans_lack_type { One::Several } else { types };
            }
        }
        Names {
            plan: plan.single().map(str::to_owned),
            insurance_type: insurance_type.single().map(str::to_owned),
        }
    }
}

/// The statements of active coverage, where there are any; else all.
fn active_first<'s, 'r>(group: &'s [Statement<'r>]) -> impl Iterator<Item = &'s Statement<'r>> {
    let is_active = group.iter().any(|statement| statement.benefit.is_active_coverage());
    group
        .iter()
        .filter(move |statement| !is_active || statement.benefit.is_active_coverage())
}
