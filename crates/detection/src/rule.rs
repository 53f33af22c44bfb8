//! One rule.

use crate::{condition::Condition, event::Event, filter::Filter};
use chrono::Duration;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How serious a case is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// To be reviewed.
    Low,
    /// To be reviewed soon.
    Medium,
    /// To be reviewed now.
    High,
}

impl Severity {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// By what events are grouped; its value is the subject of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Key {
    /// The actor.
    Actor,
    /// The patient.
    Patient,
    /// The caller's address.
    SourceIp,
    /// The session of the sign-in.
    Session,
    /// The service that recorded the event.
    Source,
    /// The organization as a whole.
    Organization,
}

impl Key {
    /// As it is stored.
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
    pub fn of(self, event: &Event) -> Option<String> {
        match self {
            Self::Actor => Some(event.actor.id.clone()),
            Self::Patient => event.patient.clone(),
            Self::SourceIp => event.source_ip.map(|ip| ip.to_string()),
            Self::Session => event.actor.session_id.clone(),
            Self::Source => Some(event.source.clone()),
            Self::Organization => Some(event.organization_id.to_string()),
        }
    }
}

/// The subject of a case: an actor, an address, …
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Subject {
    /// The kind: `actor`, `source_ip`, …
    pub kind: &'static str,
    /// Its value.
    pub id: String,
}

/// What is measured of the grouped events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Number of events.
    Events,
    /// Number of different patients.
    Patients,
    /// Number of different actors.
    Actors,
    /// Number of different addresses.
    Addresses,
    /// Number of records read or exported.
    Records,
    /// Speed, in km/h, needed to travel between the places of two events.
    SpeedKmh,
}

/// One rule of the rule book.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its id.
    pub id: String,
    /// What it detects, for people.
    pub title: String,
    /// How serious a case of it is.
    pub severity: Severity,
    /// Whether a case may be a breach of patient data: the notice clock is shown from the first
    /// day.
    pub starts_clock: bool,
    pub(crate) watch: Filter,
    #[serde(default)]
    pub(crate) when: Option<Condition>,
    /// By what events are grouped.
    pub key: Key,
    /// What is measured.
    pub measure: Measure,
    /// Length of the window, in minutes.
    pub window_minutes: u32,
    /// The figure from which on a case is opened.
    pub threshold: u64,
    /// Thresholds by role.
    #[serde(default)]
    pub roles: BTreeMap<String, u64>,
    /// Whether thresholds by role are learned from the log.
    #[serde(default)]
    pub learn: bool,
    /// The lowest learned threshold.
    #[serde(default)]
    pub floor: Option<u64>,
    /// The highest learned threshold: slow growth must not disable the rule.
    #[serde(default)]
    pub ceiling: Option<u64>,
    /// For speed: places closer than this, in km, count as one.
    #[serde(default)]
    pub distance_km_min: u32,
}

impl Rule {
    /// Length of the window.
    pub fn window(&self) -> Duration {
        Duration::minutes(self.window_minutes.into())
    }

    pub(crate) fn is_speed(&self) -> bool {
        self.measure == Measure::SpeedKmh
    }

    /// The threshold for a role; a `learned` one is kept between floor and ceiling.
    pub fn threshold_of(&self, role: &str, learned: Option<u64>) -> u64 {
        let fixed = self.roles.get(role).copied().unwrap_or(self.threshold);
        match learned.filter(|_| self.learn) {
            Some(learned) => learned.min(self.ceiling.unwrap_or(u64::MAX)).max(self.lowest()),
            None => fixed,
        }
    }

    /// The lowest threshold that can be in force.
    pub fn lowest(&self) -> u64 {
        self.floor.unwrap_or(self.threshold)
    }

    /// The highest threshold that can be in force.
    pub(crate) fn highest(&self) -> u64 {
        let fixed = self.roles.values().copied().max().unwrap_or(0).max(self.threshold);
        fixed.max(self.ceiling.filter(|_| self.learn).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::book;

    #[test]
    fn a_learned_threshold_stays_between_floor_and_ceiling() {
        let book = book();
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
