//! Assigns statuses to claims: those of findings in a claim belong to that claim, those of a level
//! above claims to each of them.

use crate::status::Status;

/// Goes once through the levels and claims of a transaction set, in their order.
#[derive(Debug, Clone)]
pub(super) struct Assigner<'f> {
    /// By segment number.
    rest: std::slice::Iter<'f, (u32, Status)>,
    /// Findings of levels that are open, each with the rank of its level; `None` before the first.
    open: Vec<(Option<u8>, Status)>,
    rank: Option<u8>,
}

impl<'f> Assigner<'f> {
    /// `findings` are sorted by segment number.
    pub(super) fn new(findings: &'f [(u32, Status)]) -> Self {
        Self {
            rest: findings.iter(),
            open: Vec::new(),
            rank: None,
        }
    }

    /// Takes the findings before a segment. They belong to the current level.
    fn before(&mut self, segment: u32) {
        while let Some(status) = self.next_before(segment) {
            self.open(status);
        }
    }

    fn open(&mut self, status: &Status) {
        let is_known = |(rank, known): &(Option<u8>, Status)| (*rank, known) == (self.rank, status);
        if !self.open.iter().any(is_known) {
            self.open.push((self.rank, status.clone()));
        }
    }

    fn next_before(&mut self, segment: u32) -> Option<&'f Status> {
        let (at, status) = self.rest.as_slice().first()?;
        (*at < segment).then(|| self.rest.next())??;
        Some(status)
    }

    /// A level with its own statuses begins.
    pub(super) fn level(&mut self, begin: u32, rank: u8, own: &[Status]) {
        self.before(begin);
        self.open.retain(|(of, _)| of.is_none_or(|of| of < rank));
        self.rank = Some(rank);
        for status in own {
            self.open(status);
        }
    }

    /// The statuses of a claim: its own, and those of the levels around it.
    pub(super) fn claim(&mut self, begin: u32, end: u32, own: &[Status]) -> Vec<Status> {
        self.before(begin);
        let mut statuses: Vec<Status> = Vec::new();
        let mut add = |status: &Status| {
            if !statuses.contains(status) {
                statuses.push(status.clone());
            }
        };
        self.open.iter().map(|(_, status)| status).chain(own).for_each(&mut add);
        while let Some(status) = self.next_before(end.saturating_add(1)) {
            add(status);
        }
        statuses
    }
}
