//! How long events are kept, and what proves that a missing event was pruned.

use crate::domain::Leaf;
use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use mc_contracts::{ActorKind, Outcome};
use serde_json::{Value, json};

/// 45 CFR 164.316(b)(2)(i) and 164.528: six years.
pub const FLOOR_YEARS: u32 = 6;

/// Upper bound of the setting.
const MAX_YEARS: u32 = 100;

/// The action that announces a pruning.
pub const PRUNED: &str = "audit.retention.pruned";

/// The worker that prunes.
pub const PRUNER: &str = "retention";

/// Maximum number of ranges in one announcement: an event holds 64 KiB.
const MAX_RANGES: usize = 1_000;

/// The setting is out of range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "setting retention.years is {0}: expected {FLOOR_YEARS} to {MAX_YEARS} (45 CFR 164.316(b)(2)(i) wants six years at least)"
)]
pub struct RetentionError(u32);

/// How long events are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    years: u32,
}

impl Retention {
    /// Events are kept for this number of years after the end of their month.
    ///
    /// # Errors
    /// Below the minimum.
    pub fn new(years: u32) -> Result<Self, RetentionError> {
        if (FLOOR_YEARS..=MAX_YEARS).contains(&years) {
            Ok(Self { years })
        } else {
            Err(RetentionError(years))
        }
    }

    /// The setting.
    pub fn years(self) -> u32 {
        self.years
    }

    /// The first day on which a month can be pruned.
    pub fn ends(self, month: NaiveDate) -> NaiveDate {
        first_of(month) + Months::new(1 + 12 * self.years)
    }

    /// Whether a month can be pruned.
    pub fn is_past(self, month: NaiveDate, now: DateTime<Utc>) -> bool {
        self.ends(month) <= now.date_naive()
    }

    /// Events logged later than this are kept, whatever month their id has.
    pub fn logged_before(now: DateTime<Utc>) -> DateTime<Utc> {
        now - Months::new(12 * FLOOR_YEARS)
    }
}

/// The first day of a day's month.
pub fn first_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// What can be pruned of one tree and month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Ranges of indexes: start inclusive, end exclusive.
    pub ranges: Vec<(i64, i64)>,
    /// Number of events kept by legal holds.
    pub kept_for_hold: i64,
}

impl Plan {
    /// Number of events that can be pruned.
    pub fn events(&self) -> i64 {
        count(&self.ranges)
    }

    /// Its announcements; more than one where there are very many ranges.
    pub fn announcements(&self, month: NaiveDate) -> Vec<Pruning> {
        let pruning = |ranges: &[(i64, i64)]| Pruning {
            month,
            ranges: ranges.to_vec(),
            kept_for_hold: self.kept_for_hold,
        };
        self.ranges.chunks(MAX_RANGES).map(pruning).collect()
    }
}

/// A pruning as the log announces it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pruning {
    /// First day of the month.
    pub month: NaiveDate,
    /// Ranges of indexes: start inclusive, end exclusive.
    pub ranges: Vec<(i64, i64)>,
    /// Number of events of the month kept by legal holds.
    pub kept_for_hold: i64,
}

impl Pruning {
    /// Number of events it names.
    pub fn events(&self) -> i64 {
        count(&self.ranges)
    }

    /// The details of its event.
    pub fn details(&self) -> [(&'static str, Value); 4] {
        [
            ("month", json!(self.month.format("%Y-%m").to_string())),
            ("events", json!(self.events())),
            ("kept_for_hold", json!(self.kept_for_hold)),
            ("ranges", json!(self.ranges)),
        ]
    }

    /// The pruning that a leaf announces; None where it announces none, or another actor recorded
    /// it.
    pub fn of(leaf: &Leaf) -> Option<Self> {
        let record = &leaf.record;
        let ours = leaf.source == "audit"
            && record.action == PRUNED
            && record.outcome == Outcome::Success
            && record.actor.kind == ActorKind::System
            && record.actor.id == PRUNER;
        let fact = |name| record.details.get(name).filter(|_| ours);
        Some(Self {
            month: NaiveDate::parse_from_str(&format!("{}-01", fact("month")?.as_str()?), "%Y-%m-%d").ok()?,
            ranges: serde_json::from_value(fact("ranges")?.clone()).ok()?,
            kept_for_hold: fact("kept_for_hold")?.as_i64()?,
        })
    }
}

fn count(ranges: &[(i64, i64)]) -> i64 {
    ranges.iter().map(|(first, end)| end - first).sum()
}

/// The prunings that a log announces; they explain its missing events.
#[derive(Debug, Clone, Default)]
pub struct Prunings(Vec<(Pruning, DateTime<Utc>)>);

impl Prunings {
    /// The prunings among the leaves of one tree. An announcement before the minimum retention had
    /// passed is ignored.
    pub fn of<'a>(leaves: impl IntoIterator<Item = &'a Leaf>) -> Self {
        let lawful = |leaf: &Leaf| {
            let pruning = Pruning::of(leaf)?;
            let past = Retention { years: FLOOR_YEARS }.is_past(pruning.month, leaf.logged_at);
            past.then_some((pruning, leaf.logged_at))
        };
        Self(leaves.into_iter().filter_map(lawful).collect())
    }

    /// Whether one of them explains that only the hash of event `index` is left. `logged_after`:
    /// when the last stored event before it was logged; if that was too recent for pruning, so was
    /// this event.
    pub fn explain(&self, index: i64, logged_after: Option<DateTime<Utc>>) -> bool {
        self.0.iter().any(|(pruning, announced_at)| {
            let named = pruning
                .ranges
                .iter()
                .any(|(first, end)| (*first..*end).contains(&index));
            let old = logged_after.is_none_or(|logged| logged < Retention::logged_before(*announced_at));
            named && old
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mc_contracts::{Actor, AuditRecord, Interaction};
    use mc_vocabulary::EventId;
    use std::collections::BTreeMap;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn at(text: &str) -> DateTime<Utc> {
        format!("{text}T12:00:00Z").parse().unwrap()
    }

    fn announced(pruning: &Pruning, logged_at: DateTime<Utc>) -> Leaf {
        let details = pruning.details().map(|(name, value)| (name.to_owned(), value));
        Leaf {
            version: 2,
            event_id: EventId::new(),
            source: "audit".to_owned(),
            organization_id: None,
            logged_at,
            patient: None,
            record: AuditRecord {
                action: PRUNED.to_owned(),
                interaction: Interaction::Delete,
                outcome: Outcome::Success,
                actor: Actor::system(PRUNER),
                occurred_at: logged_at,
                source_ip: None,
                trace_id: String::new(),
                patient_id: None,
                entity: None,
                purpose: None,
                justification: None,
                emergency: false,
                details: BTreeMap::from(details),
            },
        }
    }

    fn pruning() -> Pruning {
        Pruning {
            month: day("2018-03-01"),
            ranges: vec![(0, 10), (12, 20)],
            kept_for_hold: 2,
        }
    }

    #[test]
    fn less_than_six_years_is_refused_and_says_why() {
        assert_eq!(Retention::new(7).unwrap().years(), 7);
        assert!(Retention::new(6).is_ok());
        let refused = Retention::new(5).unwrap_err().to_string();
        assert!(
            refused.contains("retention.years is 5") && refused.contains("164.316"),
            "{refused}"
        );
        assert!(Retention::new(0).is_err() && Retention::new(101).is_err());
    }

    #[test]
    fn a_month_can_be_pruned_when_its_last_day_is_old_enough() {
        let seven = Retention::new(7).unwrap();
        assert_eq!(seven.ends(day("2018-03-17")), day("2025-04-01"));
        assert!(!seven.is_past(day("2018-03-01"), at("2025-03-31")));
        assert!(seven.is_past(day("2018-03-01"), at("2025-04-01")));
    }

    #[test]
    fn a_pruning_survives_its_event_and_nobody_else_can_announce_one() {
        let leaf = announced(&pruning(), at("2026-01-01"));
        assert_eq!(Pruning::of(&leaf), Some(pruning()));
        let change = |change: fn(&mut Leaf)| {
            let mut changed = leaf.clone();
            change(&mut changed);
            Pruning::of(&changed)
        };
        assert_eq!(change(|leaf| leaf.source = "billing".to_owned()), None);
        assert_eq!(change(|leaf| leaf.record.actor.kind = ActorKind::User), None);
        assert_eq!(change(|leaf| leaf.record.outcome = Outcome::Failure), None);
        assert_eq!(change(|leaf| leaf.record.action = "audit.recent.read".to_owned()), None);
        assert_eq!(change(|leaf| drop(leaf.record.details.remove("ranges"))), None);
    }

    #[test]
    fn a_stub_is_explained_only_where_it_is_named_and_was_old_enough() {
        let prunings = Prunings::of(&[announced(&pruning(), at("2026-01-01"))]);
        assert!(prunings.explain(0, None) && prunings.explain(19, Some(at("2018-03-20"))));
        assert!(!prunings.explain(10, None) && !prunings.explain(20, None), "not named");
        assert!(
            !prunings.explain(5, Some(at("2025-12-01"))),
            "what came after a young event is young"
        );
        let early = Prunings::of(&[announced(&pruning(), at("2024-03-31"))]);
        assert!(!early.explain(0, None), "the month was not past the floor");
        assert!(!Prunings::default().explain(0, None));
    }

    #[test]
    fn very_many_ranges_take_more_than_one_announcement() {
        let plan = Plan {
            ranges: (0..2_500).map(|n| (3 * n, 3 * n + 1)).collect(),
            kept_for_hold: 9,
        };
        let announcements = plan.announcements(day("2018-03-01"));
        assert_eq!(announcements.len(), 3);
        assert_eq!(announcements.iter().map(Pruning::events).sum::<i64>(), plan.events());
        let longest = announced(&announcements[0], at("2026-01-01")).to_bytes().unwrap().len();
        assert!(longest < super::super::MAX_LEAF_BYTES, "{longest}");
    }
}
