//! The inventory of compliance: agreements, risk assessments, trainings, incidents; due dates and
//! reminders.

use crate::domain::NOTICE_DAYS;
use chrono::{DateTime, Datelike, Duration, Months, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// Days before the due date at which a reminder is sent; 0: on the due date.
pub const REMINDERS_DAYS: [i32; 3] = [30, 7, 0];

/// From this number of patients on, the Secretary and the media are notified at once (45 CFR
/// 164.406, 164.408(b)).
const MANY_PATIENTS: i64 = 500;

/// The kind of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RecordKind {
    /// An agreement with a business associate (45 CFR 164.504(e)); due when it must be renewed.
    Agreements,
    /// An assessment of risks (164.308(a)(1)(ii)(A)); due when it must be done.
    RiskAssessments,
    /// A training of a member of the workforce (164.308(a)(5), 164.530(b)); due when it must be
    /// done.
    Trainings,
    /// A security incident (164.308(a)(6)); due when patients must have notice.
    Incidents,
}

/// The state of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordState {
    /// To be done.
    Open,
    /// Done.
    Done,
    /// Cancelled.
    Cancelled,
}

/// An unknown kind or state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such kind or state of a record")]
pub struct InvalidRecord;

impl RecordKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [
        Self::Agreements,
        Self::RiskAssessments,
        Self::Trainings,
        Self::Incidents,
    ];

    /// As it is stored, and as it is in the path.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agreements => "agreements",
            Self::RiskAssessments => "risk-assessments",
            Self::Trainings => "trainings",
            Self::Incidents => "incidents",
        }
    }
}

impl FromStr for RecordKind {
    type Err = InvalidRecord;
    fn from_str(text: &str) -> Result<Self, InvalidRecord> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or(InvalidRecord)
    }
}

impl RecordState {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
        }
    }
}

impl FromStr for RecordState {
    type Err = InvalidRecord;
    fn from_str(text: &str) -> Result<Self, InvalidRecord> {
        [Self::Open, Self::Done, Self::Cancelled]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or(InvalidRecord)
    }
}

/// When patients must have notice of an incident discovered at `discovered_at`.
pub fn notice_due(discovered_at: DateTime<Utc>) -> DateTime<Utc> {
    discovered_at + Duration::days(NOTICE_DAYS)
}

/// When the next record is due.
pub fn next_due(due_at: DateTime<Utc>, repeats_months: i32) -> Option<DateTime<Utc>> {
    due_at.checked_add_months(Months::new(u32::try_from(repeats_months).ok()?))
}

/// The reminder to send now, in days before the due date; None where there is none. Of several
/// missed reminders the most urgent.
pub fn reminder(due_at: DateTime<Utc>, reminded_days: Option<i32>, now: DateTime<Utc>) -> Option<i32> {
    let reached = |days: &i32| now >= due_at - Duration::days((*days).into());
    let days = REMINDERS_DAYS.into_iter().filter(reached).min()?;
    reminded_days.is_none_or(|before| days < before).then_some(days)
}

/// When the Secretary of HHS must be notified of a breach: with the patients where they are 500 or
/// more, otherwise 60 days after the year of its discovery (45 CFR 164.408).
pub fn secretary_due(discovered_at: DateTime<Utc>, patients: i64) -> Option<DateTime<Utc>> {
    if patients >= MANY_PATIENTS {
        return Some(notice_due(discovered_at));
    }
    let year_end = NaiveDate::from_ymd_opt(discovered_at.year() + 1, 1, 1)?.and_hms_opt(0, 0, 0)?;
    Some(year_end.and_utc() + Duration::days(NOTICE_DAYS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn reminders_come_once_each_thirty_and_seven_days_before_and_on_the_day() {
        let due = time("2026-06-30T00:00:00Z");
        let at = |now, before| reminder(due, before, time(now));
        assert_eq!(at("2026-05-30T23:59:59Z", None), None);
        assert_eq!(at("2026-05-31T00:00:00Z", None), Some(30));
        assert_eq!(at("2026-06-10T00:00:00Z", Some(30)), None);
        assert_eq!(at("2026-06-23T00:00:00Z", Some(30)), Some(7));
        assert_eq!(at("2026-06-30T00:00:00Z", Some(7)), Some(0));
        assert_eq!(at("2026-07-30T00:00:00Z", Some(0)), None);
        assert_eq!(
            at("2026-07-30T00:00:00Z", None),
            Some(0),
            "of what was missed the most urgent"
        );
    }

    #[test]
    fn what_repeats_is_due_on_the_same_day_months_later() {
        assert_eq!(
            next_due(time("2027-01-31T00:00:00Z"), 1),
            Some(time("2027-02-28T00:00:00Z"))
        );
        assert_eq!(
            next_due(time("2026-06-30T00:00:00Z"), 12),
            Some(time("2027-06-30T00:00:00Z"))
        );
        assert_eq!(next_due(time("2026-06-30T00:00:00Z"), -1), None);
    }

    #[test]
    fn the_secretary_is_notified_within_60_days_of_500_and_after_the_year_of_fewer() {
        let known = time("2026-03-01T08:00:00Z");
        assert_eq!(secretary_due(known, 500), Some(time("2026-04-30T08:00:00Z")));
        assert_eq!(secretary_due(known, 499), Some(time("2027-03-02T00:00:00Z")));
    }

    #[test]
    fn every_word_reads_back() {
        assert!(
            RecordKind::ALL
                .into_iter()
                .all(|kind| kind.as_str().parse() == Ok(kind))
        );
        assert_eq!("lost".parse::<RecordState>(), Err(InvalidRecord));
    }
}
