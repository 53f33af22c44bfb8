//! FHIR's search by date: a prefix and as much of a date as is known.

use chrono::{DateTime, Days, Months, NaiveDate, NaiveDateTime, TimeDelta, Utc};

/// From, to before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    /// At or after.
    pub since: Option<DateTime<Utc>>,
    /// Before.
    pub until: Option<DateTime<Utc>>,
}

/// What `ge2026-11`, `2026-11-22` or `lt2026-11-22T08:00:00Z` mean for a moment.
///
/// # Errors
/// Where it is no date, or compared in a way that is not known here.
pub fn read(value: &str) -> Result<Span, &'static str> {
    let prefix = value
        .get(..2)
        .filter(|start| start.bytes().all(|b| b.is_ascii_lowercase()));
    let (first, after) = bounds(&value[prefix.map_or(0, str::len)..]).ok_or("expected a date as FHIR writes it")?;
    let (since, until) = match prefix.unwrap_or("eq") {
        "eq" => (Some(first), Some(after)),
        "ge" => (Some(first), None),
        "gt" | "sa" => (Some(after), None),
        "le" => (None, Some(after)),
        "lt" | "eb" => (None, Some(first)),
        _ => return Err("eq, ge, gt, sa, le, lt and eb compare"),
    };
    Ok(Span { since, until })
}

/// The first moment of what was written, and the first after it.
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
        // Minutes, with a time zone or in UTC.
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

    fn told(value: &str) -> (String, String) {
        let span = read(value).unwrap();
        let text = |time: Option<DateTime<Utc>>| {
            time.map_or("-".to_owned(), |time| {
                time.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
            })
        };
        (text(span.since), text(span.until))
    }

    #[test]
    fn a_date_means_all_of_it() {
        assert_eq!(
            told("2026"),
            ("2026-01-01T00:00:00Z".into(), "2027-01-01T00:00:00Z".into())
        );
        assert_eq!(
            told("2026-02"),
            ("2026-02-01T00:00:00Z".into(), "2026-03-01T00:00:00Z".into())
        );
        assert_eq!(
            told("eq2026-02-28"),
            ("2026-02-28T00:00:00Z".into(), "2026-03-01T00:00:00Z".into())
        );
        assert_eq!(
            told("2026-02-28T08:30"),
            ("2026-02-28T08:30:00Z".into(), "2026-02-28T08:31:00Z".into())
        );
        assert_eq!(
            told("2026-02-28T08:30:00.5Z"),
            ("2026-02-28T08:30:00.500Z".into(), "2026-02-28T08:30:00.600Z".into())
        );
    }

    #[test]
    fn prefixes_compare_with_its_beginning_or_its_end() {
        assert_eq!(
            told("ge2026-02-28T09:30:00+01:00"),
            ("2026-02-28T08:30:00Z".into(), "-".into())
        );
        assert_eq!(told("gt2026-02"), ("2026-03-01T00:00:00Z".into(), "-".into()));
        assert_eq!(told("le2026"), ("-".into(), "2027-01-01T00:00:00Z".into()));
        assert_eq!(told("lt2026"), ("-".into(), "2026-01-01T00:00:00Z".into()));
    }

    #[test]
    fn nonsense_is_told_and_never_panics() {
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
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
