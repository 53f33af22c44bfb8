//! Assigns findings to claims: a finding in a claim belongs to that claim, a finding in a level
//! above claims to each of them.

use crate::status::Status;
use std::sync::Arc;

/// Goes once through the levels and claims of a transaction set, in their order.
#[derive(Debug, Clone)]
pub(super) struct Assigner<'f> {
    /// By segment number.
    rest: std::slice::Iter<'f, (u32, Arc<Status>)>,
    /// Findings of levels that are open, each with the rank of its level; `None` before the first.
    open: Vec<(Option<u8>, &'f Status)>,
    rank: Option<u8>,
}

impl<'f> Assigner<'f> {
    /// `findings` are sorted by segment number.
    pub(super) fn new(findings: &'f [(u32, Arc<Status>)]) -> Self {
        Self {
            rest: findings.iter(),
            open: Vec::new(),
            rank: None,
        }
    }

    /// Takes the findings before a segment. They belong to the current level.
    fn before(&mut self, segment: u32) {
        while let Some(status) = self.next_before(segment) {
            if !self.open.contains(&(self.rank, status)) {
                self.open.push((self.rank, status));
            }
        }
    }

    fn next_before(&mut self, segment: u32) -> Option<&'f Status> {
        let (at, status) = self.rest.as_slice().first()?;
        (*at < segment).then(|| self.rest.next())??;
        Some(status.as_ref())
    }

    /// A level begins.
    pub(super) fn level(&mut self, begin: u32, rank: u8) {
        self.before(begin);
        self.open.retain(|(of, _)| of.is_none_or(|of| of < rank));
        self.rank = Some(rank);
    }

    /// The statuses of a claim.
    pub(super) fn claim(&mut self, begin: u32, end: u32) -> Vec<Status> {
        self.before(begin);
        let mut statuses: Vec<Status> = Vec::new();
        let mut add = |status: &Status| {
            if !statuses.contains(status) {
                statuses.push(status.clone());
            }
        };
        self.open.iter().for_each(|(_, status)| add(status));
        while let Some(status) = self.next_before(end.saturating_add(1)) {
            add(status);
        }
        statuses
    }
}
