//! Stubs, and the announcements of prunings that explain them. An announcement is an entry like any
//! other and follows the entries that it names. So entries are examined only after the first stub,
//! and only those are parsed that contain the name of the action.

use memchr::memmem::Finder;
use serde::Deserialize;

const ACTION: &str = "audit.retention.pruned";

/// 45 CFR 164.316(b)(2)(i), in months.
const FLOOR_MONTHS: u32 = 6 * 12;

/// Indexes of stubs, and those that are named.
pub(super) struct Stubs {
    found: Vec<(u64, u64)>,
    named: Vec<(u64, u64)>,
    action: Finder<'static>,
}

#[derive(Deserialize)]
struct Announcement {
    source: String,
    logged_at: String,
    record: Record,
}

#[derive(Deserialize)]
struct Record {
    action: String,
    outcome: String,
    actor: Actor,
    details: Details,
}

#[derive(Deserialize)]
struct Actor {
    kind: String,
    id: String,
}

#[derive(Deserialize)]
struct Details {
    month: String,
    ranges: Vec<(u64, u64)>,
}

impl Announcement {
    /// Whether the audit service itself announced it, for a month that was past the minimum
    /// retention when the announcement was logged.
    fn holds(&self) -> bool {
        let record = &self.record;
        let is_announced = self.source == "audit"
            && (record.action.as_str(), record.outcome.as_str()) == (ACTION, "success")
            && (record.actor.kind.as_str(), record.actor.id.as_str()) == ("system", "retention");
        let past = months(&record.details.month).zip(months(&self.logged_at));
        is_announced && past.is_some_and(|(month, logged)| month + 1 + FLOOR_MONTHS <= logged)
    }
}

/// Months since year 0 of a time that begins `YYYY-MM`.
fn months(time: &str) -> Option<u32> {
    let (year, month) = (time.get(..4)?, time.get(5..7)?);
    Some(year.parse::<u32>().ok()? * 12 + month.parse::<u32>().ok()?)
}

impl Stubs {
    pub(super) fn new() -> Self {
        Self {
            found: Vec::new(),
            named: Vec::new(),
            action: Finder::new(ACTION),
        }
    }

    /// A stub has this index.
    pub(super) fn stub(&mut self, index: u64) {
        match self.found.last_mut() {
            Some((_, end)) if *end == index => *end += 1,
            _ => self.found.push((index, index + 1)),
        }
    }

    /// An entry that may be an announcement.
    pub(super) fn leaf(&mut self, leaf: &[u8]) {
        if !self.found.is_empty()
            && self.action.find(leaf).is_some()
            && let Ok(announcement) = serde_json::from_slice::<Announcement>(leaf)
            && announcement.holds()
        {
            self.named.extend(announcement.record.details.ranges);
        }
    }

    /// The first stub that no announcement names.
    pub(super) fn unexplained(&mut self) -> Option<u64> {
        self.named.sort_unstable();
        let mut named = self.named.iter().peekable();
        let mut known = 0;
        for &(first, end) in &self.found {
            let mut at = first;
            while at < end {
                while let Some((_, until)) = named.next_if(|(from, _)| *from <= at) {
                    known = known.max(*until);
                }
                if known <= at {
                    return Some(at);
                }
                at = known;
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn announced(ranges: &str, change: (&str, &str)) -> Vec<u8> {
        let leaf = format!(
            "{{\"version\":2,\"source\":\"audit\",\"logged_at\":\"2025-04-02T03:17:00Z\",\"record\":{{\"action\":\"{ACTION}\",\
             \"outcome\":\"success\",\"actor\":{{\"kind\":\"system\",\"id\":\"retention\"}},\"details\":{{\"month\":\"2018-03\",\"ranges\":{ranges}}}}}}}"
        );
        leaf.replace(change.0, change.1).into_bytes()
    }

    fn unexplained(stubs: &[u64], leaves: &[Vec<u8>]) -> Option<u64> {
        let mut found = Stubs::new();
        for index in stubs {
            found.stub(*index);
        }
        for leaf in leaves {
            found.leaf(leaf);
        }
        found.unexplained()
    }

    #[test]
    fn every_stub_must_be_named() {
        let same = ("", "");
        assert_eq!(unexplained(&[], &[]), None);
        assert_eq!(unexplained(&[7], &[]), Some(7));
        let two = [announced("[[5,8],[0,2]]", same), announced("[[2,4]]", same)];
        assert_eq!(unexplained(&[0, 1, 2, 3, 5, 6, 7], &two), None);
        assert_eq!(unexplained(&[0, 1, 2, 3, 4, 5], &two), Some(4));
        assert_eq!(unexplained(&[6, 7, 8], &two), Some(8));
    }

    #[test]
    fn only_the_log_itself_announces_and_only_what_is_past_the_floor() {
        for change in [
            ("\"audit\"", "\"billing\""),
            ("success", "denied"),
            ("\"system\"", "\"user\""),
            ("\"retention\"", "\"somebody\""),
            ("2018-03", "2019-04"),
            ("2025-04-02", "2024-03-31"),
            ("\"ranges\"", "\"range\""),
        ] {
            assert_eq!(
                unexplained(&[1], &[announced("[[0,9]]", change)]),
                Some(1),
                "{change:?}"
            );
        }
        assert_eq!(unexplained(&[1], &[announced("[[0,9]]", ("2018-03", "2019-03"))]), None);
    }
}
