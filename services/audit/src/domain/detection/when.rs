//! What must be so for an event to count, beyond what the event itself says.

use super::{
    fact::Fact,
    known::{Member, Organization},
    rulebook::RuleBook,
};
use chrono::Duration;
use serde::Deserialize;

/// A condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum When {
    OwnRecord,
    Colleague,
    OwnFamily,
    OwnAddress,
    /// Judged later, when stragglers have come.
    NoCareRelationship,
    OffHours,
    ClockAhead,
    ClockBehind,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClockLimits {
    ahead_s: u32,
    behind_s: u32,
}

impl When {
    /// Whether it holds for the event.
    pub fn holds(self, fact: &Fact, book: &RuleBook, organization: Option<&Organization>) -> bool {
        let member = || organization?.member(&fact.leaf.record.actor.id);
        let same = |key: fn(&Member) -> Option<&String>, told: &str| {
            let own = member().is_some_and(|member| key(member).is_some_and(|key| fact.detail(told) == Some(key)));
            own && !is_own(fact, member())
        };
        match self {
            Self::OwnRecord => is_own(fact, member()),
            Self::Colleague => {
                let patient = fact.leaf.patient.as_deref();
                let workforce = patient.is_some_and(|p| organization.is_some_and(|o| o.is_workforce(p)));
                workforce && !is_own(fact, member())
            }
            Self::OwnFamily => same(|member| member.family_key.as_ref(), "family_key"),
            Self::OwnAddress => same(|member| member.address_key.as_ref(), "address_key"),
            Self::NoCareRelationship => fact.leaf.patient.is_some(),
            Self::OffHours => book.is_off_hours(fact.organization_id, fact.at()),
            Self::ClockAhead => ahead(fact) > Duration::seconds(book.clock.ahead_s.into()),
            Self::ClockBehind => -ahead(fact) > Duration::seconds(book.clock.behind_s.into()),
        }
    }
}

fn is_own(fact: &Fact, member: Option<&Member>) -> bool {
    let own = member.and_then(|member| member.patient.as_deref());
    own.is_some() && own == fact.leaf.patient.as_deref()
}

/// How much later it says it happened than it was logged.
fn ahead(fact: &Fact) -> Duration {
    fact.leaf.record.occurred_at - fact.leaf.logged_at
}
