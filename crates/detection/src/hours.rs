//! Working hours.

use chrono::{DateTime, Datelike, NaiveTime, Utc, Weekday};
use chrono_tz::Tz;
use mc_vocabulary::OrganizationId;
use serde::{Deserialize, Deserializer, de::Error};

/// Working hours, in local time.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Hours {
    /// The organization they apply to; None: every organization without hours of its own.
    #[serde(default)]
    pub organization_id: Option<OrganizationId>,
    #[serde(deserialize_with = "zone")]
    zone: Tz,
    #[serde(deserialize_with = "time")]
    from: NaiveTime,
    #[serde(deserialize_with = "time")]
    to: NaiveTime,
    days: Vec<Weekday>,
}

impl Hours {
    /// Whether `at` is outside of them. Where `to` is before `from`, they cross midnight.
    pub fn are_off(&self, at: DateTime<Utc>) -> bool {
        let local = at.with_timezone(&self.zone);
        let time = local.time();
        let working = if self.from <= self.to {
            self.from <= time && time < self.to
        } else {
            self.from <= time || time < self.to
        };
        !working || !self.days.contains(&local.weekday())
    }
}

fn zone<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Tz, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse()
        .map_err(|_| D::Error::custom("not a time zone of the IANA database"))
}

fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveTime, D::Error> {
    let text = String::deserialize(deserializer)?;
    NaiveTime::parse_from_str(&text, "%H:%M").map_err(|_| D::Error::custom("not a time of day as 20:00"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_local_with_summer_time() {
        let hours: Hours =
            toml::from_str("zone = \"America/New_York\"\nfrom = \"06:00\"\nto = \"20:00\"\ndays = [\"Mon\", \"Tue\"]")
                .unwrap();
        let off = |text: &str| hours.are_off(text.parse().unwrap());
        assert!(!off("2026-07-06T10:00:00Z"), "Monday 06:00 in summer");
        assert!(off("2026-01-05T10:00:00Z"), "Monday 05:00 in winter");
        assert!(!off("2026-01-06T00:59:00Z"), "Monday 19:59 in winter");
        assert!(off("2026-01-06T01:00:00Z"), "Monday 20:00");
        assert!(off("2026-07-08T15:00:00Z"), "Wednesday");
    }
}
