//! How many findings there are by rule and by claim.

use super::described::{Described, rule};
use crate::messages::printable;
use mc_x12::Severity;
use std::collections::BTreeMap;

/// Rules and claims that are counted one by one; a damaged file may have any number.
const KEPT: usize = 10_000;
/// Lines that are printed of each table.
pub const PRINTED: usize = 20;

/// Findings by rule and by claim of one input.
#[derive(Debug, Default)]
pub struct Counts {
    rules: BTreeMap<String, u64>,
    claims: BTreeMap<u32, ClaimCount>,
}

/// The findings of a claim, or of a member of an enrollment.
#[derive(Debug, Clone)]
pub struct ClaimCount {
    /// `claim` or `member`.
    pub unit: &'static str,
    /// Its number, where it may be shown.
    pub number: Option<String>,
    /// Segment number of the claim or member.
    pub segment: u32,
    pub errors: u64,
    pub warnings: u64,
}

impl Counts {
    /// Counts a finding.
    pub fn take(&mut self, described: &Described<'_>) {
        let rule = rule(described.finding);
        if self.rules.len() < KEPT || self.rules.contains_key(&rule) {
            *self.rules.entry(rule).or_default() += 1;
        }
        let Some(context) = described.segment.map(|segment| &segment.context) else {
            return;
        };
        let at = context.unit_at;
        if at == 0 || self.claims.len() >= KEPT && !self.claims.contains_key(&at) {
            return;
        }
        let is_member = described.transaction.starts_with("834");
        let (unit, number) = if is_member {
            ("member", &context.member)
        } else {
            ("claim", &context.claim)
        };
        let claim = self.claims.entry(at).or_insert_with(|| ClaimCount {
            unit,
            number: None,
            segment: at,
            errors: 0,
            warnings: 0,
        });
        if let (None, Some(number), true) = (&claim.number, number, described.is_shown) {
            claim.number = Some(printable(number));
        }
        match described.finding.severity() {
            Severity::Error => claim.errors += 1,
            Severity::Warning => claim.warnings += 1,
        }
    }

    /// Rules with their counts, the most frequent first.
    pub fn rules(&self) -> Vec<(&str, u64)> {
        let mut rules: Vec<_> = self.rules.iter().map(|(rule, count)| (rule.as_str(), *count)).collect();
        rules.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        rules
    }

    /// Whether there were more rules or claims than are counted.
    pub fn is_full(&self) -> bool {
        self.rules.len() >= KEPT || self.claims.len() >= KEPT
    }

    /// Claims that have findings, those with most errors first.
    pub fn claims(&self) -> Vec<&ClaimCount> {
        let mut claims: Vec<_> = self.claims.values().collect();
        claims.sort_by_key(|claim| std::cmp::Reverse((claim.errors, claim.warnings)));
        claims
    }
}
