//! One rule.

use super::{fact::Fact, watch::Watch, when::When};
use chrono::Duration;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How bad it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth a look.
    Low,
    /// To be looked at soon.
    Medium,
    /// To be looked at now.
    High,
}

impl Severity {
    /// The word of the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// By what events are gathered, and what a case is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Key {
    /// Who did it.
    Actor,
    /// About whom.
    Patient,
    /// From which address.
    SourceIp,
    /// In which sign-in.
    Session,
    /// Which service told it.
    Source,
    /// The organisation as a whole.
    Organization,
}

impl Key {
    /// The word of the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Actor => "actor",
            Self::Patient => "patient",
            Self::SourceIp => "source_ip",
            Self::Session => "session",
            Self::Source => "source",
            Self::Organization => "organization",
        }
    }

    /// Its value in an event; None where the event has none.
    pub fn of(self, fact: &Fact) -> Option<String> {
        let record = &fact.leaf.record;
        match self {
            Self::Actor => Some(record.actor.id.clone()),
            Self::Patient => fact.leaf.patient.clone(),
            Self::SourceIp => record.source_ip.map(|ip| ip.to_string()),
            Self::Session => record.actor.session_id.clone(),
            Self::Source => Some(fact.leaf.source.clone()),
            Self::Organization => Some(fact.organization_id.to_string()),
        }
    }
}

/// What a case is about: an actor, an address, …
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Subject {
    /// What kind.
    pub kind: &'static str,
    /// Which.
    pub id: String,
}

/// What is measured of the gathered events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// How many.
    Events,
    /// Of how many patients.
    Patients,
    /// By how many actors.
    Actors,
    /// From how many addresses.
    Addresses,
    /// How many records they took.
    Records,
    /// How fast one would have to travel between them.
    SpeedKmh,
}

/// One rule, as the file has it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its name.
    pub id: String,
    /// What it sees, for people.
    pub title: String,
    /// How bad it may be.
    pub severity: Severity,
    /// Whether it may be a breach of patient data: the notice clock is shown from the first day.
    pub starts_clock: bool,
    pub(super) watch: Watch,
    #[serde(default)]
    pub(super) when: Option<When>,
    /// By what events are gathered.
    pub key: Key,
    /// What is measured.
    pub measure: Measure,
    /// Over how long.
    pub window_minutes: u32,
    /// From where on it is a case.
    pub threshold: u64,
    /// The same by role.
    #[serde(default)]
    pub roles: BTreeMap<String, u64>,
    /// Whether the log says what is usual for a role.
    #[serde(default)]
    pub learn: bool,
    /// What was learned is not below.
    #[serde(default)]
    pub floor: Option<u64>,
    /// What was learned is not above: slow growth must not talk the rule out of its judgement.
    #[serde(default)]
    pub ceiling: Option<u64>,
    /// For speed: places nearer than this are one.
    #[serde(default)]
    pub distance_km_min: u32,
}

impl Rule {
    /// Its window.
    pub fn window(&self) -> Duration {
        Duration::minutes(self.window_minutes.into())
    }

    pub(super) fn is_speed(&self) -> bool {
        self.measure == Measure::SpeedKmh
    }

    /// The threshold for a role; `learned` from the log.
    pub fn threshold_of(&self, role: &str, learned: Option<u64>) -> u64 {
        let fixed = self.roles.get(role).copied().unwrap_or(self.threshold);
        match learned.filter(|_| self.learn) {
            Some(learned) => learned.min(self.ceiling.unwrap_or(u64::MAX)).max(self.lowest()),
            None => fixed,
        }
    }

    /// No threshold goes below.
    pub fn lowest(&self) -> u64 {
        self.floor.unwrap_or(self.threshold)
    }

    /// Largest threshold that can come into force.
    pub(super) fn highest(&self) -> u64 {
        let fixed = self.roles.values().copied().max().unwrap_or(0).max(self.threshold);
        fixed.max(self.ceiling.filter(|_| self.learn).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::detection::RuleBook;

    #[test]
    fn what_was_learned_stays_between_floor_and_ceiling() {
        let book = RuleBook::shipped().unwrap();
        let rule = book.rule("many_patients").unwrap();
        assert_eq!(rule.threshold_of("doctor", None), 40);
        assert_eq!(rule.threshold_of("staff", None), 80);
        assert_eq!(rule.threshold_of("staff", Some(33)), 33);
        assert_eq!(rule.threshold_of("doctor", Some(3)), 20, "never below the floor");
        assert_eq!(rule.threshold_of("doctor", Some(9_999)), 250, "never above the ceiling");
        let fixed = book.rule("colleague").unwrap();
        assert_eq!(fixed.threshold_of("doctor", Some(50)), 1, "a rule that does not learn");
    }
}
