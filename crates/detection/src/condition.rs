//! What must hold for an event to count, beyond the fields of the event itself.

use crate::{
    event::Event,
    roster::{Member, Organization},
    rulebook::RuleBook,
};
use chrono::Duration;
use serde::Deserialize;

/// A condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Condition {
    OwnRecord,
    Colleague,
    OwnFamily,
    OwnAddress,
    /// Decided later, when late events have arrived.
    NoCareRelationship,
    OffHours,
    ClockAhead,
    ClockBehind,
}

/// How far the clock of a service may be from that of the log, in seconds.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClockLimits {
    ahead_s: u32,
    behind_s: u32,
}

impl Condition {
    /// Whether it holds for the event.
    pub fn holds(self, event: &Event, book: &RuleBook, organization: Option<&Organization>) -> bool {
        let member = || organization?.member(&event.actor.id);
        let same = |key: fn(&Member) -> Option<&String>, detail: &str| {
            let shared =
                member().is_some_and(|member| key(member).is_some_and(|key| event.detail(detail) == Some(key)));
            shared && !is_own(event, member())
        };
        match self {
            Self::OwnRecord => is_own(event, member()),
            Self::Colleague => {
                let patient = event.patient.as_deref();
                let workforce = patient.is_some_and(|p| organization.is_some_and(|o| o.is_workforce(p)));
                workforce && !is_own(event, member())
            }
            Self::OwnFamily => same(|member| member.family_key.as_ref(), "family_key"),
            Self::OwnAddress => same(|member| member.address_key.as_ref(), "address_key"),
            Self::NoCareRelationship => event.patient.is_some(),
            Self::OffHours => book.is_off_hours(event.organization_id, event.at()),
            Self::ClockAhead => ahead(event) > Duration::seconds(book.clock.ahead_s.into()),
            Self::ClockBehind => -ahead(event) > Duration::seconds(book.clock.behind_s.into()),
        }
    }
}

fn is_own(event: &Event, member: Option<&Member>) -> bool {
    let own = member.and_then(|member| member.patient.as_deref());
    own.is_some() && own == event.patient.as_deref()
}

/// How much later it claims to have happened than it was logged.
fn ahead(event: &Event) -> Duration {
    event.occurred_at - event.logged_at
}
