//! Learns thresholds by role from the figures of past windows.

use crate::{
    engine::counts,
    event::Event,
    roster::Roster,
    rule::Rule,
    rulebook::{Learning, RuleBook},
    tally::{Tally, value},
};
use mc_vocabulary::OrganizationId;
use std::collections::{BTreeMap, HashMap};

/// A learned threshold, and the figures it was computed from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Learned {
    /// Id of the rule.
    pub rule: String,
    /// The role it applies to.
    pub role: String,
    /// The threshold, between floor and ceiling of the rule.
    pub threshold: u64,
    /// The quantile of the figures.
    pub usual: u64,
    /// The largest figure.
    pub largest: u64,
    /// Number of windows with an event.
    pub windows: u64,
}

/// The figure of one actor in the current window of a rule.
#[derive(Debug)]
struct ActorWindow {
    number: i64,
    tally: Tally,
    roles: Vec<String>,
}

/// Learns the thresholds of one organization from its events, in the order in which they happened.
#[derive(Debug)]
pub struct Learner<'a> {
    book: &'a RuleBook,
    roster: &'a Roster,
    windows: HashMap<(usize, String), ActorWindow>,
    /// By rule and role: number of windows by figure.
    figures: BTreeMap<(usize, String), BTreeMap<u64, u64>>,
}

impl<'a> Learner<'a> {
    /// A learner that has seen no event.
    pub fn new(book: &'a RuleBook, roster: &'a Roster) -> Self {
        Self {
            book,
            roster,
            windows: HashMap::new(),
            figures: BTreeMap::new(),
        }
    }

    /// Takes the next event.
    pub fn take(&mut self, event: &Event, organization_id: OrganizationId) {
        let roles = &event.actor.roles;
        if event.organization_id != organization_id || roles.is_empty() {
            return;
        }
        for (index, rule) in self.book.rules().iter().enumerate().filter(|(_, rule)| rule.learn) {
            if !counts(rule, self.book, event, self.roster.of(organization_id)) {
                continue;
            }
            let Some(value) = value(rule, self.book, event) else {
                continue;
            };
            let number = event.at().timestamp().div_euclid(rule.window().num_seconds());
            let key = (index, event.actor.id.clone());
            let empty = || ActorWindow {
                number,
                tally: Tally::new(rule.measure),
                roles: roles.clone(),
            };
            let window = self.windows.entry(key).or_insert_with(empty);
            if window.number != number {
                let full = std::mem::replace(window, empty());
                count(&mut self.figures, index, full);
            }
            window.tally.add(value);
        }
    }

    /// The thresholds of all rules and roles with enough windows.
    pub fn finish(mut self) -> Vec<Learned> {
        for ((index, _), window) in self.windows.drain() {
            count(&mut self.figures, index, window);
        }
        let learning = &self.book.learning;
        let learned = self.figures.into_iter().filter_map(|((index, role), figures)| {
            let rule = self.book.rules().get(index)?;
            learn(rule, role, &figures, learning)
        });
        learned.collect()
    }
}

fn count(figures: &mut BTreeMap<(usize, String), BTreeMap<u64, u64>>, index: usize, window: ActorWindow) {
    for role in window.roles {
        let of_role = figures.entry((index, role)).or_default();
        *of_role.entry(window.tally.figure()).or_default() += 1;
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts of windows and of what happened in them are small"
)]
fn learn(rule: &Rule, role: String, figures: &BTreeMap<u64, u64>, learning: &Learning) -> Option<Learned> {
    let count: u64 = figures.values().sum();
    if count < learning.windows_min {
        return None;
    }
    let rank = (count as f64 * learning.quantile).ceil() as u64;
    let mut seen = 0;
    let usual = figures.iter().find_map(|(figure, of_figure)| {
        seen += of_figure;
        (seen >= rank).then_some(*figure)
    })?;
    let learned = (usual as f64 * learning.factor).ceil() as u64;
    Some(Learned {
        threshold: rule.threshold_of(&role, Some(learned)),
        rule: rule.id.clone(),
        role,
        usual,
        largest: figures.keys().next_back().copied().unwrap_or(0),
        windows: count,
    })
}
