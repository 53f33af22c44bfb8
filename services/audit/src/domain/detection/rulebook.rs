//! The rules, read from their file and checked.

use super::{
    care::Care,
    hours::Hours,
    rule::{Key, Measure, Rule},
    when::{ClockLimits, When},
};
use chrono::{DateTime, Duration, Utc};
use mc_vocabulary::{OrganizationId, Role};
use serde::Deserialize;
use std::collections::BTreeSet;

/// Why the rules cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RuleBookError {
    /// Not the form of the file.
    #[error("the rules cannot be read: {0}")]
    Form(#[from] toml::de::Error),
    /// A rule contradicts itself.
    #[error("rule {rule}: {fault}")]
    Rule {
        /// Which.
        rule: String,
        /// Why.
        fault: &'static str,
    },
}

/// How usual figures are learned.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Learning {
    /// From how much of the log.
    pub days: u32,
    /// Share of windows below the figure that is taken.
    pub quantile: f64,
    /// Times this.
    pub factor: f64,
    /// Windows without which nothing is learned.
    pub windows_min: u64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Records {
    pub details: Vec<String>,
}

/// The rules.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleBook {
    tolerance_ms: u32,
    late_minutes: u32,
    /// How usual figures are learned.
    pub learning: Learning,
    /// What shows a care relationship.
    pub care: Care,
    pub(super) clock: ClockLimits,
    pub(super) records: Records,
    hours: Vec<Hours>,
    #[serde(rename = "rule")]
    rules: Vec<Rule>,
}

impl RuleBook {
    /// The rules that come with the service.
    ///
    /// # Errors
    /// Never: a test reads them.
    pub fn shipped() -> Result<Self, RuleBookError> {
        Self::parse(include_str!("../../../rules.toml"))
    }

    /// Reads rules and checks them.
    ///
    /// # Errors
    /// [`RuleBookError`] naming the rule.
    pub fn parse(text: &str) -> Result<Self, RuleBookError> {
        let book: Self = toml::from_str(text)?;
        let mut ids = BTreeSet::new();
        for rule in &book.rules {
            let fault = if ids.insert(rule.id.as_str()) {
                fault(rule)
            } else {
                Some("the id is taken by another rule")
            };
            if let Some(fault) = fault {
                return Err(RuleBookError::Rule {
                    rule: rule.id.clone(),
                    fault,
                });
            }
        }
        Ok(book)
    }

    /// Every rule, in the order of the file.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule of that name.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// How long a judgement that needs other events waits.
    pub fn tolerance(&self) -> Duration {
        Duration::milliseconds(self.tolerance_ms.into())
    }

    /// How late events may come to be judged together with newer ones.
    pub fn lateness(&self) -> Duration {
        Duration::minutes(self.late_minutes.into())
    }

    /// How much of the log an engine must have seen to know all that it would know: the longest window and the lateness.
    pub fn memory(&self) -> Duration {
        let longest = self.rules.iter().map(Rule::window).max();
        longest.unwrap_or_else(Duration::zero) + self.lateness()
    }

    /// Whether `at` is outside the organisation's hours. Without hours nothing is.
    pub(super) fn is_off_hours(&self, organization_id: OrganizationId, at: DateTime<Utc>) -> bool {
        let own = self.hours.iter().find(|h| h.organization_id == Some(organization_id));
        let hours = own.or_else(|| self.hours.iter().find(|h| h.organization_id.is_none()));
        hours.is_some_and(|hours| hours.are_off(at))
    }
}

fn fault(rule: &Rule) -> Option<&'static str> {
    let word = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    if !word(&rule.id) {
        Some("the id must be a word of a-z, 0-9 and _")
    } else if rule.threshold == 0 || rule.roles.values().any(|threshold| *threshold == 0) || rule.floor == Some(0) {
        Some("a threshold must be at least 1")
    } else if rule.window_minutes == 0 {
        Some("the window must be at least a minute")
    } else if rule.roles.keys().any(|role| role.parse::<Role>().is_err()) {
        Some("a threshold is given for an unknown role")
    } else if (rule.learn || !rule.roles.is_empty()) && rule.key != Key::Actor {
        Some("thresholds by role need the key actor")
    } else if rule.learn && (rule.when == Some(When::NoCareRelationship) || rule.measure == Measure::SpeedKmh) {
        Some("this measure cannot be learned")
    } else if rule.ceiling.is_some_and(|ceiling| ceiling < rule.lowest()) {
        Some("the ceiling is below the floor")
    } else if rule.measure == Measure::SpeedKmh && rule.distance_km_min == 0 {
        Some("a speed needs distance_km_min")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_that_come_with_the_service_are_in_order() {
        let book = RuleBook::shipped().unwrap();
        assert!(book.rules().len() >= 15);
        assert!(book.memory() >= Duration::hours(25));
    }

    #[test]
    fn a_rule_that_contradicts_itself_is_named() {
        let shipped = include_str!("../../../rules.toml");
        for (from, to) in [
            ("threshold = 40", "threshold = 0"),
            ("id = \"colleague\"", "id = \"own_record\""),
            ("roles = { staff = 80, billing = 120 }", "roles = { janitor = 80 }"),
            ("ceiling = 250", "ceiling = 5"),
            ("window_minutes = 60", "window_minutes = 0"),
            ("classes = [\"break_glass\"]", "classes = [\"no_such_class\"]"),
            ("distance_km_min = 150", ""),
        ] {
            assert!(shipped.contains(from), "{from}");
            let error = RuleBook::parse(&shipped.replacen(from, to, 1));
            assert!(error.is_err(), "{to}");
        }
    }
}
