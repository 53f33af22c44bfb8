//! The state of circuit breakers: as services report it now, and as they published its changes.

use super::ServiceStatus;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The state of a breaker; a later variant is worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BreakerState {
    /// Calls are sent.
    Closed,
    /// One call is sent and decides.
    HalfOpen,
    /// Calls are refused at once.
    Open,
}

impl BreakerState {
    /// As in events: `CLOSED`, `HALF_OPEN`, `OPEN`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "CLOSED",
            Self::HalfOpen => "HALF_OPEN",
            Self::Open => "OPEN",
        }
    }

    /// Reads [`BreakerState::as_str`].
    pub fn of(name: &str) -> Option<Self> {
        [Self::Closed, Self::HalfOpen, Self::Open]
            .into_iter()
            .find(|state| state.as_str().eq_ignore_ascii_case(name))
    }
}

/// The newest published change of a breaker.
#[derive(Debug, Clone)]
pub struct BreakerEvent {
    pub service: String,
    /// The upstream that it protects.
    pub upstream: String,
    pub state: BreakerState,
    pub since: DateTime<Utc>,
    pub reason: String,
}

/// The present state of a breaker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct BreakerStatus {
    pub state: BreakerState,
    /// When it changed; null where no change is stored, or the database is not available.
    pub since: Option<DateTime<Utc>>,
    /// Why it changed, such as `failure_threshold`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Every breaker by the name of its upstream. What a service reports now takes precedence over its
/// published changes; those hold where the service does not answer, and give the time of the
/// change.
pub fn breaker_statuses(services: &[ServiceStatus], events: &[BreakerEvent]) -> BTreeMap<String, BreakerStatus> {
    let mut breaker_statuses = BTreeMap::new();
    for event in events {
        let now = BreakerStatus {
            state: event.state,
            since: Some(event.since),
            reason: Some(event.reason.clone()),
        };
        // Several organizations may each have an upstream of this name: the worst breaker is
        // reported.
        let worst = breaker_statuses
            .entry(event.upstream.clone())
            .or_insert_with(|| now.clone());
        if (now.state, now.since) > (worst.state, worst.since) {
            *worst = now;
        }
    }
    for seen in services.iter().filter(|seen| seen.is_fresh()) {
        let owned = |event: &&BreakerEvent| event.service == seen.service;
        for gone in events.iter().filter(owned) {
            if !seen.parts().iter().any(|part| part.name == gone.upstream) {
                breaker_statuses.remove(&gone.upstream);
            }
        }
    }
    for part in services.iter().flat_map(ServiceStatus::parts) {
        let Some(state) = part.breaker else { continue };
        let known = breaker_statuses.get(&part.name);
        let newer = known.is_some_and(|known| known.since > Some(part.checked_at) || known.state == state);
        if !newer {
            let now = BreakerStatus {
                state,
                since: None,
                reason: None,
            };
            breaker_statuses.insert(part.name.clone(), now);
        }
    }
    breaker_statuses
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Part, Parts, Status, Unreachable, service};

    fn at(minute: u32) -> DateTime<Utc> {
        format!("2026-01-01T00:{minute:02}:00Z").parse().unwrap()
    }

    fn event(state: BreakerState, minute: u32) -> BreakerEvent {
        BreakerEvent {
            service: "billing".to_owned(),
            upstream: "stripe".to_owned(),
            state,
            since: at(minute),
            reason: "failure_threshold".to_owned(),
        }
    }

    fn billing(alive: Result<(), Unreachable>, reported: &[(&str, BreakerState)]) -> ServiceStatus {
        let part = |(name, state): &(&str, BreakerState)| Part {
            name: (*name).to_owned(),
            status: Status::Healthy,
            required: false,
            detail: String::new(),
            breaker: Some(*state),
            checked_at: at(30),
        };
        ServiceStatus {
            service: service::BILLING.to_owned(),
            alive,
            parts: alive.is_ok().then(|| Parts {
                list: reported.iter().map(part).collect(),
                late: false,
            }),
            seen_at: at(30),
        }
    }

    #[test]
    fn of_several_breakers_of_one_upstream_the_worst_is_reported() {
        let events = [event(BreakerState::Open, 1), event(BreakerState::Closed, 2)];
        let found = breaker_statuses(&[], &events);
        assert_eq!(
            (found["stripe"].state, found["stripe"].since),
            (BreakerState::Open, Some(at(1)))
        );
    }

    #[test]
    fn an_unreachable_service_is_known_by_its_events() {
        let found = breaker_statuses(
            &[billing(Err(Unreachable::Refused), &[])],
            &[event(BreakerState::Open, 1)],
        );
        assert_eq!(found["stripe"].state, BreakerState::Open);
    }

    #[test]
    fn the_present_report_takes_precedence_and_keeps_the_time_of_the_change() {
        let same = [billing(Ok(()), &[("stripe", BreakerState::Open)])];
        assert_eq!(
            breaker_statuses(&same, &[event(BreakerState::Open, 1)])["stripe"].since,
            Some(at(1))
        );
        let other = [billing(Ok(()), &[("stripe", BreakerState::Closed)])];
        let found = breaker_statuses(&other, &[event(BreakerState::Open, 1)]);
        assert_eq!(
            (found["stripe"].state, found["stripe"].since),
            (BreakerState::Closed, None)
        );
        let later = [event(BreakerState::Open, 40)];
        assert_eq!(breaker_statuses(&other, &later)["stripe"].state, BreakerState::Open);
    }

    #[test]
    fn a_breaker_that_its_service_no_longer_reports_is_removed() {
        let renamed = [billing(Ok(()), &[("stripe_two", BreakerState::Closed)])];
        let found = breaker_statuses(&renamed, &[event(BreakerState::Open, 1)]);
        assert_eq!(found.keys().collect::<Vec<_>>(), ["stripe_two"]);
    }
}
