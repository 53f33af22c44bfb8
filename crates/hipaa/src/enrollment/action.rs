//! The steps that an 834 requires, in order.

use serde::Serialize;
use std::collections::HashMap;

use chrono::NaiveDate;

use super::{Coverage, Enrollment, Maintenance, Member};

/// One step: about a member, or about one coverage of a member.
#[derive(Debug, Clone, Copy, Serialize)]
#[non_exhaustive]
pub struct Step<'e> {
    pub member: &'e Member,
    /// `None` where the step is about the member as a whole.
    pub coverage: Option<&'e Coverage>,
    /// That of the coverage, else of the member.
    pub maintenance: Maintenance,
    /// The effective date; for an end, the last covered day.
    pub effective: Option<NaiveDate>,
}

impl Enrollment {
    /// The steps in the order of the file: one for each of a member's coverages, or one for the
    /// member where there are none. A member or a coverage whose maintenance type is unknown has
    /// none.
    ///
    /// A member who ends loses all coverages, so a step about the member comes first. The same
    /// holds for changes of the member's own data.
    pub fn steps(&self) -> impl Iterator<Item = Step<'_>> {
        self.members.iter().flat_map(|member| {
            let without_coverage = member.coverages.is_empty();
            let own = member.maintenance.filter(|maintenance| {
                without_coverage || matches!(maintenance, Maintenance::End | Maintenance::Change)
            });
            let own = own.map(|maintenance| Step {
                member,
                coverage: None,
                maintenance,
                effective: effective(maintenance, |code| member.date(code)),
            });
            let coverages = member.coverages.iter().filter_map(move |coverage| {
                let maintenance = coverage.maintenance?;
                Some(Step {
                    member,
                    coverage: Some(coverage),
                    maintenance,
                    effective: effective(maintenance, |code| coverage.date(code).or_else(|| member.date(code))),
                })
            });
            own.into_iter().chain(coverages)
        })
    }

    /// Dependents that precede their subscriber, by index from 0. A dependent whose subscriber is
    /// not in the file is in order: the subscriber was enrolled earlier.
    pub fn misplaced(&self) -> Vec<usize> {
        let mut subscribers: HashMap<&str, usize> = HashMap::new();
        for (at, member) in self
            .members
            .iter()
            .enumerate()
            .filter(|(_, member)| member.is_subscriber == Some(true))
        {
            subscribers.entry(&member.subscriber_id).or_insert(at);
        }
        let dependants = self
            .members
            .iter()
            .enumerate()
            .filter(|(_, member)| member.is_subscriber == Some(false));
        dependants
            .filter(|(at, member)| subscribers.get(member.subscriber_id.as_str()).is_some_and(|s| s > at))
            .map(|(at, _)| at)
            .collect()
    }

    /// Groups each family with the subscriber first; families keep their order.
    pub fn sort(&mut self) {
        let mut families: HashMap<String, usize> = HashMap::new();
        for member in &self.members {
            let next = families.len();
            families.entry(member.subscriber_id.clone()).or_insert(next);
        }
        let family = |member: &Member| families.get(&member.subscriber_id).copied();
        self.members
            .sort_by_key(|member| (family(member), member.is_subscriber != Some(true)));
    }
}

/// The first date of a list that is present.
fn effective(maintenance: Maintenance, date: impl Fn(&str) -> Option<NaiveDate>) -> Option<NaiveDate> {
    let codes: &[&str] = match maintenance {
        Maintenance::End | Maintenance::Delete => &["349", "357", "337", "303"],
        Maintenance::Change | Maintenance::Correct | Maintenance::EmployeeInformation => &["303", "348", "356"],
        Maintenance::Add | Maintenance::Reinstate | Maintenance::Audit => &["348", "356", "303", "336"],
    };
    codes.iter().find_map(|code| date(code))
}
