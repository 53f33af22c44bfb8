//! What is usual for a role: measured window by window over the last days of the log.

use super::{
    engine::counts,
    fact::Fact,
    known::Known,
    rule::Rule,
    rulebook::{Learning, RuleBook},
    tally::{Tally, value},
};
use mc_vocabulary::OrganizationId;
use std::collections::{BTreeMap, HashMap};

/// A learned threshold, and the figures that it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Learned {
    /// Of which rule.
    pub rule: String,
    /// For which role.
    pub role: String,
    /// In force from now on.
    pub threshold: u64,
    /// The figure that nearly all windows are below.
    pub usual: u64,
    /// The largest figure.
    pub largest: u64,
    /// How many windows something happened in.
    pub windows: u64,
}

/// Of one actor in the present window of a rule.
#[derive(Debug)]
struct Bucket {
    number: i64,
    tally: Tally,
    roles: Vec<String>,
}

/// Learns one organisation's thresholds from its events, told in the order in which they happened.
#[derive(Debug)]
pub struct Learner<'a> {
    book: &'a RuleBook,
    known: &'a Known,
    buckets: HashMap<(usize, String), Bucket>,
    /// By rule and role: how many windows had which figure.
    figures: BTreeMap<(usize, String), BTreeMap<u64, u64>>,
}

impl<'a> Learner<'a> {
    /// Has seen nothing yet.
    pub fn new(book: &'a RuleBook, known: &'a Known) -> Self {
        Self {
            book,
            known,
            buckets: HashMap::new(),
            figures: BTreeMap::new(),
        }
    }

    /// Takes the next event.
    pub fn take(&mut self, fact: &Fact, organization_id: OrganizationId) {
        let roles = &fact.leaf.record.actor.roles;
        if fact.organization_id != organization_id || roles.is_empty() {
            return;
        }
        for (index, rule) in self.book.rules().iter().enumerate().filter(|(_, rule)| rule.learn) {
            if !counts(rule, self.book, fact, self.known.of(organization_id)) {
                continue;
            }
            let Some(value) = value(rule, self.book, fact) else {
                continue;
            };
            let number = fact.at().timestamp().div_euclid(rule.window().num_seconds());
            let key = (index, fact.leaf.record.actor.id.clone());
            let empty = || Bucket {
                number,
                tally: Tally::new(rule.measure),
                roles: roles.clone(),
            };
            let bucket = self.buckets.entry(key).or_insert_with(empty);
            if bucket.number != number {
                let full = std::mem::replace(bucket, empty());
                count(&mut self.figures, index, full);
            }
            bucket.tally.add(value);
        }
    }

    /// What is usual.
    pub fn finish(mut self) -> Vec<Learned> {
        for ((index, _), bucket) in self.buckets.drain() {
            count(&mut self.figures, index, bucket);
        }
        let learning = &self.book.learning;
        let learned = self.figures.into_iter().filter_map(|((index, role), figures)| {
            let rule = self.book.rules().get(index)?;
            learn(rule, role, &figures, learning)
        });
        learned.collect()
    }
}

fn count(figures: &mut BTreeMap<(usize, String), BTreeMap<u64, u64>>, index: usize, bucket: Bucket) {
    for role in bucket.roles {
        let of_role = figures.entry((index, role)).or_default();
        *of_role.entry(bucket.tally.figure()).or_default() += 1;
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts of windows and of what happened in them are small"
)]
fn learn(rule: &Rule, role: String, figures: &BTreeMap<u64, u64>, learning: &Learning) -> Option<Learned> {
    let windows: u64 = figures.values().sum();
    if windows < learning.windows_min {
        return None;
    }
    let rank = (windows as f64 * learning.quantile).ceil() as u64;
    let mut seen = 0;
    let usual = figures.iter().find_map(|(figure, count)| {
        seen += count;
        (seen >= rank).then_some(*figure)
    })?;
    let learned = (usual as f64 * learning.factor).ceil() as u64;
    Some(Learned {
        threshold: rule.threshold_of(&role, Some(learned)),
        rule: rule.id.clone(),
        role,
        usual,
        largest: figures.keys().next_back().copied().unwrap_or(0),
        windows,
    })
}
