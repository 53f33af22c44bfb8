//! Search by date: a prefix that compares, and a date of any precision (R4 search.html#date).

use chrono::{DateTime, Days, Months, NaiveDate, NaiveDateTime, TimeDelta, Utc};

/// A half-open range of time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DateRange {
    /// At or after.
    pub since: Option<DateTime<Utc>>,
    /// Before.
    pub until: Option<DateTime<Utc>>,
}

impl DateRange {
    /// The range that a point in time must be in to match `ge2026-11`, `2026-11-22` or
    /// `lt2026-11-22T08:00:00Z`.
    ///
    /// # Errors
    /// What was expected, where the value is not a date or has another prefix than eq, ge, gt, sa,
    /// le, lt and eb.
    pub fn parse(value: &str) -> Result<Self, &'static str> {
        let prefix = value
            .get(..2)
            .filter(|start| start.bytes().all(|b| b.is_ascii_lowercase()));
        let date = &value[prefix.map_or(0, str::len)..];
        let (first, after) = bounds(date).ok_or("expected a FHIR date, such as 2026-11-22")?;
        let (since, until) = match prefix.unwrap_or("eq") {
            "eq" => (Some(first), Some(after)),
            "ge" => (Some(first), None),
            "gt" | "sa" => (Some(after), None),
            "le" => (None, Some(after)),
            "lt" | "eb" => (None, Some(first)),
            _ => return Err("expected one of the prefixes eq, ge, gt, sa, le, lt and eb"),
        };
        Ok(Self { since, until })
    }

    /// The range in which both hold.
    pub fn intersect(self, other: Self) -> Self {
        let until = match (self.until, other.until) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        Self {
            since: self.since.max(other.since),
            until,
        }
    }
}

/// The first moment of the period that is written, and the first moment after it.
fn bounds(text: &str) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        let moment = moment.to_utc();
        let width = match text.split_once('.') {
            None => TimeDelta::seconds(1),
            Some((_, fraction)) => {
                let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
                TimeDelta::nanoseconds(10_i64.checked_pow(9_u32.checked_sub(u32::try_from(digits).ok()?)?)?)
            }
        };
        return Some((moment, moment + width));
    }
    let day = |date: NaiveDate| date.and_time(chrono::NaiveTime::MIN).and_utc();
    match text.len() {
        4 => {
            let first = NaiveDate::from_ymd_opt(text.parse().ok()?, 1, 1)?;
            Some((day(first), day(first.checked_add_months(Months::new(12))?)))
        }
        7 => {
            let first = NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").ok()?;
            Some((day(first), day(first.checked_add_months(Months::new(1))?)))
        }
        10 => {
            let first = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
            Some((day(first), day(first.checked_add_days(Days::new(1))?)))
        }
        // To the minute, in UTC.
        16 | 17 => {
            let minute = NaiveDateTime::parse_from_str(text.trim_end_matches('Z'), "%Y-%m-%dT%H:%M")
                .ok()?
                .and_utc();
            Some((minute, minute + TimeDelta::minutes(1)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(value: &str) -> (String, String) {
        let range = DateRange::parse(value).unwrap();
        let text = |time: Option<DateTime<Utc>>| {
            time.map_or("-".to_owned(), |time| {
                time.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
            })
        };
        (text(range.since), text(range.until))
    }

    #[test]
    fn a_date_means_its_whole_period() {
        assert_eq!(
            range("2026"),
            ("2026-01-01T00:00:00Z".into(), "2027-01-01T00:00:00Z".into())
        );
        assert_eq!(
            range("2026-02"),
            ("2026-02-01T00:00:00Z".into(), "2026-03-01T00:00:00Z".into())
        );
        assert_eq!(
            range("eq2026-02-28"),
            ("2026-02-28T00:00:00Z".into(), "2026-03-01T00:00:00Z".into())
        );
        assert_eq!(
            range("2026-02-28T08:30"),
            ("2026-02-28T08:30:00Z".into(), "2026-02-28T08:31:00Z".into())
        );
        assert_eq!(
            range("2026-02-28T08:30:00.5Z"),
            ("2026-02-28T08:30:00.500Z".into(), "2026-02-28T08:30:00.600Z".into())
        );
    }

    #[test]
    fn prefixes_compare_with_its_beginning_or_its_end() {
        assert_eq!(
            range("ge2026-02-28T09:30:00+01:00"),
            ("2026-02-28T08:30:00Z".into(), "-".into())
        );
        assert_eq!(range("gt2026-02"), ("2026-03-01T00:00:00Z".into(), "-".into()));
        assert_eq!(range("le2026"), ("-".into(), "2027-01-01T00:00:00Z".into()));
        assert_eq!(range("lt2026"), ("-".into(), "2026-01-01T00:00:00Z".into()));
    }

    #[test]
    fn nonsense_is_refused_and_never_panics() {
        for bad in [
            "",
            "x",
            "ne2026",
            "ap2026-01-01",
            "2026-13",
            "20é6",
            "eq",
            "2026-01-01T25:00",
            "ge2026-01-01T00:00:00.0000000000000Z",
        ] {
            assert!(DateRange::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn ranges_intersect() {
        let both = |one, other| {
            DateRange::parse(one)
                .unwrap()
                .intersect(DateRange::parse(other).unwrap())
        };
        assert_eq!(both("ge2026", "lt2027"), DateRange::parse("2026").unwrap());
        assert_eq!(both("le2026", "2026-02"), DateRange::parse("2026-02").unwrap());
    }
}
