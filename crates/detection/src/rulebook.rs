//! The rules, read from TOML and checked.

use crate::{
    care::Care,
    condition::{ClockLimits, Condition},
    hours::Hours,
    rule::{Key, Measure, Rule},
};
use chrono::{DateTime, Duration, Utc};
use mc_vocabulary::{OrganizationId, Role};
use serde::Deserialize;
use std::collections::BTreeSet;

/// Why the rules cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RuleBookError {
    /// The text is not TOML of the expected form.
    #[error("the rules cannot be read: {0}")]
    Form(#[from] toml::de::Error),
    /// A rule contradicts itself, or names an unknown class.
    #[error("rule {rule}: {fault}")]
    Rule {
        /// Id of the rule.
        rule: String,
        /// What is wrong.
        fault: &'static str,
    },
}

/// How thresholds are learned.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Learning {
    /// Length of the learned period, in days.
    pub days: u32,
    /// The quantile of the figures of all windows of a role.
    pub quantile: f64,
    /// The quantile times this factor is the threshold.
    pub factor: f64,
    /// Minimum number of windows; below it nothing is learned.
    pub windows_min: u64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Records {
    pub details: Vec<String>,
}

/// The rules.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleBook {
    tolerance_ms: u32,
    late_minutes: u32,
    /// How thresholds are learned.
    pub learning: Learning,
    /// What counts as a care relationship.
    pub care: Care,
    pub(crate) clock: ClockLimits,
    pub(crate) records: Records,
    hours: Vec<Hours>,
    #[serde(rename = "rule")]
    rules: Vec<Rule>,
}

impl RuleBook {
    /// Reads rules and checks them. `classes`: the classes of actions that a rule may name.
    ///
    /// # Errors
    /// [`RuleBookError::Form`] where the text has another form, [`RuleBookError::Rule`] where a
    /// rule contradicts itself or names an unknown class.
    pub fn parse(text: &str, classes: &[&str]) -> Result<Self, RuleBookError> {
        let book: Self = toml::from_str(text)?;
        let mut ids = BTreeSet::new();
        for rule in &book.rules {
            let fault = if ids.insert(rule.id.as_str()) {
                fault(rule, classes)
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

    /// Every rule, in the order of the text.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule of that id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// How long an access waits for late events before its care relationship is looked up.
    pub fn tolerance(&self) -> Duration {
        Duration::milliseconds(self.tolerance_ms.into())
    }

    /// How late an event may arrive to be counted together with newer ones.
    pub fn lateness(&self) -> Duration {
        Duration::minutes(self.late_minutes.into())
    }

    /// How much of the stream a new engine must see to have complete windows: the longest window
    /// and the lateness.
    pub fn memory(&self) -> Duration {
        let longest = self.rules.iter().map(Rule::window).max();
        longest.unwrap_or_else(Duration::zero) + self.lateness()
    }

    /// Whether `at` is outside the working hours of the organization; never, where it has none.
    pub(crate) fn is_off_hours(&self, organization_id: OrganizationId, at: DateTime<Utc>) -> bool {
        let own = self.hours.iter().find(|h| h.organization_id == Some(organization_id));
        let hours = own.or_else(|| self.hours.iter().find(|h| h.organization_id.is_none()));
        hours.is_some_and(|hours| hours.are_off(at))
    }
}

fn fault(rule: &Rule, classes: &[&str]) -> Option<&'static str> {
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
    } else if rule.learn && (rule.when == Some(Condition::NoCareRelationship) || rule.measure == Measure::SpeedKmh) {
        Some("this measure cannot be learned")
    } else if rule.ceiling.is_some_and(|ceiling| ceiling < rule.lowest()) {
        Some("the ceiling is below the floor")
    } else if rule.measure == Measure::SpeedKmh && rule.distance_km_min == 0 {
        Some("a speed needs distance_km_min")
    } else if rule
        .watch
        .classes
        .iter()
        .any(|class| !classes.contains(&class.as_str()))
    {
        Some("a class is unknown")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{CLASSES, RULES, book};

    #[test]
    fn an_engine_must_see_the_longest_window_and_the_lateness() {
        assert_eq!(book().memory(), Duration::hours(25));
    }

    #[test]
    fn a_rule_that_contradicts_itself_is_named() {
        for (from, to) in [
            ("threshold = 40", "threshold = 0"),
            ("id = \"colleague\"", "id = \"many_patients\""),
            ("roles = { staff = 80, billing = 120 }", "roles = { janitor = 80 }"),
            ("ceiling = 250", "ceiling = 5"),
            ("window_minutes = 60", "window_minutes = 0"),
            ("classes = [\"phi_access\"]", "classes = [\"no_such_class\"]"),
            ("distance_km_min = 150", ""),
        ] {
            assert!(RULES.contains(from), "{from}");
            let refused = RuleBook::parse(&RULES.replacen(from, to, 1), CLASSES).unwrap_err();
            assert!(matches!(refused, RuleBookError::Rule { .. }), "{to}: {refused}");
        }
        assert!(matches!(
            RuleBook::parse("tolerance_ms = 1", CLASSES),
            Err(RuleBookError::Form(_))
        ));
    }
}
