//! A case of breach detection: what people decide about it, and the notice clock.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// 45 CFR 164.404(b): without unreasonable delay, and in no case later than this after discovery.
pub const NOTICE_DAYS: i64 = 60;

/// The state of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CaseState {
    /// Not reviewed yet.
    Open,
    /// Being reviewed.
    Investigating,
    /// Unsecured patient data was breached: the notice clock runs.
    Breach,
    /// It was not a breach; the notes say why (164.414(b): the burden of proof).
    NoBreach,
    /// Completed.
    Closed,
}

/// An unknown state, or one that cannot follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidState {
    /// No such state.
    #[error("no such state")]
    Unknown,
    /// It cannot follow the current state.
    #[error("a case that is {} does not become {}", .0.as_str(), .1.as_str())]
    DoesNotFollow(CaseState, CaseState),
}

impl CaseState {
    /// Every state, in their usual order.
    pub const ALL: [Self; 5] = [
        Self::Open,
        Self::Investigating,
        Self::Breach,
        Self::NoBreach,
        Self::Closed,
    ];

    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Investigating => "investigating",
            Self::Breach => "breach",
            Self::NoBreach => "no_breach",
            Self::Closed => "closed",
        }
    }

    /// The states that can follow.
    pub fn followers(self) -> &'static [Self] {
        match self {
            Self::Open => &[Self::Investigating, Self::Breach, Self::NoBreach],
            Self::Investigating => &[Self::Breach, Self::NoBreach],
            // An assessment can be reopened; a closed case cannot.
            Self::Breach | Self::NoBreach => &[Self::Investigating, Self::Closed],
            Self::Closed => &[],
        }
    }

    /// The state after a decision for `next`; [`InvalidState::DoesNotFollow`] where it cannot
    /// follow.
    ///
    /// # Errors
    /// [`NotAState::DoesNotFollow`].
    pub fn then(self, next: Self) -> Result<Self, InvalidState> {
        if self.followers().contains(&next) {
            Ok(next)
        } else {
            Err(InvalidState::DoesNotFollow(self, next))
        }
    }

    /// Whether further events belong to it.
    pub fn is_standing(self) -> bool {
        matches!(self, Self::Open | Self::Investigating | Self::Breach)
    }
}

impl FromStr for CaseState {
    type Err = InvalidState;
    fn from_str(text: &str) -> Result<Self, InvalidState> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or(InvalidState::Unknown)
    }
}

/// The notice clock of 45 CFR 164.404.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct NoticeClock {
    /// When the breach was known, or would have been with reasonable diligence.
    pub discovered_at: DateTime<Utc>,
    /// When patients must have notice.
    pub due_at: DateTime<Utc>,
    /// Whole days left; less than 0 when overdue.
    pub days_left: i64,
    /// Whether the time has run out.
    pub overdue: bool,
    /// Whether it is still undecided if it is a breach.
    pub provisional: bool,
}

impl NoticeClock {
    /// The clock that started at `discovered_at`.
    pub fn at(discovered_at: DateTime<Utc>, provisional: bool, now: DateTime<Utc>) -> Self {
        let due_at = discovered_at + Duration::days(NOTICE_DAYS);
        Self {
            discovered_at,
            due_at,
            days_left: (due_at - now).num_seconds().div_euclid(Duration::days(1).num_seconds()),
            overdue: due_at < now,
            provisional,
        }
    }

    /// The clock of a case: running for a breach, provisional before the decision, None where it is
    /// no breach or closed.
    pub fn of_case(
        state: CaseState,
        starts_clock: bool,
        discovered_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Option<Self> {
        match state {
            CaseState::Breach => Some(Self::at(discovered_at, false, now)),
            CaseState::Open | CaseState::Investigating if starts_clock => Some(Self::at(discovered_at, true, now)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_case_goes_its_way_and_no_other() {
        use CaseState as S;
        assert_eq!(S::Open.then(S::Investigating), Ok(S::Investigating));
        assert_eq!(S::NoBreach.then(S::Investigating), Ok(S::Investigating));
        assert_eq!(S::Breach.then(S::Closed), Ok(S::Closed));
        for (from, to) in [
            (S::Open, S::Closed),
            (S::Closed, S::Open),
            (S::Breach, S::NoBreach),
            (S::Open, S::Open),
        ] {
            assert_eq!(from.then(to), Err(InvalidState::DoesNotFollow(from, to)));
        }
        for state in S::ALL {
            assert_eq!(state.as_str().parse(), Ok(state));
            let reaches_end = state == S::Closed || !state.followers().is_empty();
            assert!(reaches_end, "{state:?}");
        }
    }

    #[test]
    fn the_clock_runs_sixty_days_from_discovery() {
        let discovered = time("2026-01-01T12:00:00Z");
        let clock = |now| NoticeClock::at(discovered, false, time(now));
        assert_eq!(clock("2026-01-01T12:00:00Z").due_at, time("2026-03-02T12:00:00Z"));
        assert_eq!(clock("2026-01-01T12:00:00Z").days_left, 60);
        assert_eq!(clock("2026-03-02T11:59:59Z").days_left, 0);
        assert!(!clock("2026-03-02T12:00:00Z").overdue);
        assert!(clock("2026-03-02T12:00:01Z").overdue);
        assert_eq!(clock("2026-03-02T12:00:01Z").days_left, -1);
    }

    #[test]
    fn the_clock_is_provisional_until_it_is_decided_and_gone_where_it_is_no_breach() {
        let now = time("2026-01-02T00:00:00Z");
        let clock = |state, starts| NoticeClock::of_case(state, starts, now, now).map(|clock| clock.provisional);
        assert_eq!(clock(CaseState::Open, true), Some(true));
        assert_eq!(clock(CaseState::Open, false), None);
        assert_eq!(clock(CaseState::Breach, false), Some(false));
        assert_eq!(clock(CaseState::NoBreach, true), None);
        assert_eq!(clock(CaseState::Closed, true), None);
    }
}
