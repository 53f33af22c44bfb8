//! How circuit breakers stand: from what services say now, and from what they told when it changed.

use super::Sighting;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a breaker does with calls; a later one is worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BreakerState {
    /// Calls go through.
    Closed,
    /// One call is let through, and decides.
    HalfOpen,
    /// Calls are refused at once.
    Open,
}

impl BreakerState {
    /// The word of events: `CLOSED`, `HALF_OPEN`, `OPEN`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "CLOSED",
            Self::HalfOpen => "HALF_OPEN",
            Self::Open => "OPEN",
        }
    }

    /// The state of a word.
    pub fn of(word: &str) -> Option<Self> {
        [Self::Closed, Self::HalfOpen, Self::Open]
            .into_iter()
            .find(|state| state.as_str().eq_ignore_ascii_case(word))
    }
}

/// What an event told.
#[derive(Debug, Clone)]
pub struct Told {
    /// Whose breaker.
    pub service: String,
    /// Before what.
    pub upstream: String,
    /// State since then.
    pub state: BreakerState,
    /// When it changed.
    pub since: DateTime<Utc>,
    /// Why.
    pub reason: String,
}

/// How a breaker stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Standing {
    /// What it does with calls.
    pub state: BreakerState,
    /// Since when; null where it has not changed for as long as is remembered, or where memory is away.
    pub since: Option<DateTime<Utc>>,
    /// Why it changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Every breaker by the name of its upstream. What a service says now counts more than what it told earlier;
/// what was told counts where the service is silent, and says since when.
pub fn standings(sightings: &[Sighting], told: &[Told]) -> BTreeMap<String, Standing> {
    let mut standings = BTreeMap::new();
    for event in told {
        let now = Standing {
            state: event.state,
            since: Some(event.since),
            reason: Some(event.reason.clone()),
        };
        // Several organisations may have a breaker each before their own system: the worst is shown.
        let shown = standings.entry(event.upstream.clone()).or_insert_with(|| now.clone());
        if (now.state, now.since) > (shown.state, shown.since) {
            *shown = now;
        }
    }
    for sighting in sightings.iter().filter(|sighting| sighting.is_fresh()) {
        let owned = |event: &&Told| event.service == sighting.service.name();
        for gone in told.iter().filter(owned) {
            if !sighting.parts().iter().any(|part| part.name == gone.upstream) {
                standings.remove(&gone.upstream);
            }
        }
    }
    for part in sightings.iter().flat_map(Sighting::parts) {
        let Some(state) = part.breaker else { continue };
        let known = standings.get(&part.name);
        let newer = known.is_some_and(|known| known.since > Some(part.checked_at) || known.state == state);
        if !newer {
            let now = Standing {
                state,
                since: None,
                reason: None,
            };
            standings.insert(part.name.clone(), now);
        }
    }
    standings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Part, Parts, Service, Silence, Status};

    fn at(minute: u32) -> DateTime<Utc> {
        format!("2026-01-01T00:{minute:02}:00Z").parse().unwrap()
    }

    fn told(state: BreakerState, minute: u32) -> Told {
        Told {
            service: "billing".to_owned(),
            upstream: "stripe".to_owned(),
            state,
            since: at(minute),
            reason: "failure_threshold".to_owned(),
        }
    }

    fn billing(alive: Result<(), Silence>, says: &[(&str, BreakerState)]) -> Sighting {
        let part = |(name, state): &(&str, BreakerState)| Part {
            name: (*name).to_owned(),
            status: Status::Healthy,
            required: false,
            detail: String::new(),
            breaker: Some(*state),
            checked_at: at(30),
        };
        Sighting {
            service: Service::Billing,
            alive,
            parts: alive.is_ok().then(|| Parts {
                list: says.iter().map(part).collect(),
                late: false,
            }),
            seen_at: at(30),
        }
    }

    #[test]
    fn of_several_breakers_before_one_upstream_the_worst_is_shown() {
        let events = [told(BreakerState::Open, 1), told(BreakerState::Closed, 2)];
        let shown = standings(&[], &events);
        assert_eq!(
            (shown["stripe"].state, shown["stripe"].since),
            (BreakerState::Open, Some(at(1)))
        );
    }

    #[test]
    fn a_silent_service_is_known_by_what_it_told() {
        let shown = standings(&[billing(Err(Silence::Refused), &[])], &[told(BreakerState::Open, 1)]);
        assert_eq!(shown["stripe"].state, BreakerState::Open);
    }

    #[test]
    fn what_is_said_now_counts_more_and_keeps_the_time_of_the_change() {
        let same = [billing(Ok(()), &[("stripe", BreakerState::Open)])];
        assert_eq!(
            standings(&same, &[told(BreakerState::Open, 1)])["stripe"].since,
            Some(at(1))
        );
        let other = [billing(Ok(()), &[("stripe", BreakerState::Closed)])];
        let shown = standings(&other, &[told(BreakerState::Open, 1)]);
        assert_eq!(
            (shown["stripe"].state, shown["stripe"].since),
            (BreakerState::Closed, None)
        );
        let told_later = [told(BreakerState::Open, 40)];
        assert_eq!(standings(&other, &told_later)["stripe"].state, BreakerState::Open);
    }

    #[test]
    fn a_breaker_that_its_service_no_longer_has_is_forgotten() {
        let renamed = [billing(Ok(()), &[("stripe_two", BreakerState::Closed)])];
        let shown = standings(&renamed, &[told(BreakerState::Open, 1)]);
        assert_eq!(shown.keys().collect::<Vec<_>>(), ["stripe_two"]);
    }
}
