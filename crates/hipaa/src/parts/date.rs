//! Dates, periods and times with their qualifier: DTP and DTM.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use serde::Serialize;

use super::{At, Part, redact_debug};
use mc_x12::{Line, WriteError};

/// A date and its meaning (DTP).
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Dated {
    /// Data element 374, e.g. `472` service.
    pub qualifier: String,
    pub when: When,
}

/// A point or span of time, by the format qualifier (data element 1250).
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// `D8`
    Day(NaiveDate),
    /// `RD8`, both days included.
    Days(NaiveDate, NaiveDate),
    /// `DT`, to the minute.
    Minute(NaiveDateTime),
    /// `TM`, to the minute.
    Time(NaiveTime),
    /// A value in another format than its qualifier names: qualifier and text as received.
    Other(String, String),
}

redact_debug!(Dated, When);

impl Dated {
    /// One day.
    pub fn day(qualifier: impl Into<String>, day: NaiveDate) -> Self {
        Self {
            qualifier: qualifier.into(),
            when: When::Day(day),
        }
    }

    /// From the first day to the last, both included.
    pub fn days(qualifier: impl Into<String>, first: NaiveDate, last: NaiveDate) -> Self {
        Self {
            qualifier: qualifier.into(),
            when: When::Days(first, last),
        }
    }

    /// DTM, which has a date without a format qualifier.
    pub(crate) fn from_dtm(at: At<'_, '_>) -> Self {
        Self {
            qualifier: at.text(1),
            when: When::at(at, "D8", 2),
        }
    }

    /// The first day of the first date with this qualifier.
    pub fn find_day(dates: &[Self], qualifier: &str) -> Option<NaiveDate> {
        dates.iter().find(|d| d.qualifier == qualifier)?.when.first_day()
    }

    /// DTM.
    pub(crate) fn dtm(&self) -> Line {
        let (_, text) = self.when.write();
        Line::new("DTM").required(&self.qualifier, 3).required(&text, 35)
    }
}

impl When {
    /// The day, the first day of a span, or the day of a moment.
    pub fn first_day(&self) -> Option<NaiveDate> {
        match self {
            Self::Day(day) | Self::Days(day, _) => Some(*day),
            Self::Minute(moment) => Some(moment.date()),
            Self::Time(_) | Self::Other(..) => None,
        }
    }

    /// The last day of a span, else as [`When::first_day`].
    pub fn last_day(&self) -> Option<NaiveDate> {
        match self {
            Self::Days(_, last) => Some(*last),
            other => other.first_day(),
        }
    }

    /// Whether a span ends before it begins; it is kept as it was sent, and listed.
    pub fn is_reversed(&self) -> bool {
        matches!(self, Self::Days(first, last) if last < first)
    }

    /// Element `n` by its format.
    fn at(at: At<'_, '_>, format: &str, n: usize) -> Self {
        match at.element(n) {
            "" => Self::read(format, &at.text(n)),
            text => Self::read(format, text),
        }
    }

    pub(crate) fn read(format: &str, text: &str) -> Self {
        let read = match format {
            "D8" => date(text).map(Self::Day),
            "RD8" => text
                .split_once('-')
                .and_then(|(first, last)| Some(Self::Days(date(first)?, date(last)?))),
            "DT" if text.len() == 12 => {
                moment(text.get(..8).unwrap_or_default(), text.get(8..).unwrap_or_default()).map(Self::Minute)
            }
            "TM" if text.len() == 4 => time(text).map(Self::Time),
            _ => None,
        };
        read.unwrap_or_else(|| Self::Other(format.to_owned(), text.to_owned()))
    }

    /// Format qualifier and text.
    pub(crate) fn write(&self) -> (String, String) {
        let (format, text) = match self {
            Self::Day(at) => ("D8", day(*at)),
            Self::Days(first, last) => ("RD8", format!("{}-{}", day(*first), day(*last))),
            Self::Minute(at) => ("DT", at.format("%Y%m%d%H%M").to_string()),
            Self::Time(at) => ("TM", at.format("%H%M").to_string()),
            Self::Other(format, text) => (format.as_str(), text.clone()),
        };
        (format.to_owned(), text)
    }
}

impl Part for Dated {
    const ID: &'static str = "DTP";

    fn read(at: At<'_, '_>) -> Self {
        Self {
            qualifier: at.text(1),
            when: When::at(at, at.element(2), 3),
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        let (format, text) = self.when.write();
        Ok(Line::new("DTP")
            .required(&self.qualifier, 3)
            .required(&format, 3)
            .required(&text, 35))
    }
}

/// CCYYMMDD.
pub(crate) fn date(text: &str) -> Option<NaiveDate> {
    if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: u32 = text.parse().ok()?;
    NaiveDate::from_ymd_opt(i32::try_from(number / 10_000).ok()?, number / 100 % 100, number % 100)
}

/// CCYYMMDD; empty for a year of more than four digits, which X12 cannot represent.
pub(crate) fn day(date: NaiveDate) -> String {
    let text = date.format("%Y%m%d").to_string();
    if text.len() == 8 { text } else { String::new() }
}

/// HHMM, HHMMSS or HHMMSSDD; hundredths are dropped.
fn time(text: &str) -> Option<NaiveTime> {
    if !text.bytes().all(|b| b.is_ascii_digit()) || !matches!(text.len(), 4 | 6 | 8) {
        return None;
    }
    let part = |from: usize| text.get(from..from + 2).and_then(|t| t.parse::<u32>().ok());
    let seconds = if text.len() > 4 { part(4)? } else { 0 };
    NaiveTime::from_hms_opt(part(0)?, part(2)?, seconds)
}

/// A date and a time element.
pub(crate) fn moment(day: &str, clock: &str) -> Option<NaiveDateTime> {
    Some(NaiveDateTime::new(date(day)?, time(clock)?))
}

/// The two elements of a moment, to the second.
pub(crate) fn moment_text(at: NaiveDateTime) -> (String, String) {
    (day(at.date()), at.format("%H%M%S").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_is_read_and_written() {
        for (format, text) in [
            ("D8", "20260102"),
            ("RD8", "20260102-20260131"),
            ("DT", "202601020304"),
            ("TM", "0304"),
            ("D6", "260102"),
            ("D8", "20002316"),
        ] {
            let when = When::read(format, text);
            assert_eq!(when.write(), (format.to_owned(), text.to_owned()));
            assert_eq!(matches!(when, When::Other(..)), text.len() == 6 || text == "20002316");
        }
    }
}
