//! Assembles one 837 while it is checked, and assigns findings to claims: a finding in a claim
//! belongs to that claim, a finding in a level above claims to each of them.

use super::received::{ReceivedClaim, ReceivedProvider};
use crate::parts::{Identifier, Name, Reference};
use crate::status::Status;
use chrono::NaiveDate;

/// A level: segments from `begin` to the next level.
#[derive(Debug)]
struct LevelAt {
    begin: u32,
    /// 0 billing provider, 1 subscriber, 2 patient: levels inside have a higher rank.
    rank: u8,
}

#[derive(Debug)]
struct ClaimAt {
    begin: u32,
    /// The last segment.
    end: u32,
    provider: usize,
    claim: ReceivedClaim,
}

/// One transaction set of claims.
#[derive(Debug, Default)]
pub(super) struct BatchAssembly {
    pub(super) reference: String,
    pub(super) control: String,
    pub(super) submitter: Name,
    pub(super) payer: Name,
    providers: Vec<Name>,
    subscriber: Name,
    patient: Option<Name>,
    levels: Vec<LevelAt>,
    claims: Vec<ClaimAt>,
    /// Segment number and status of each finding.
    findings: Vec<(u32, Status)>,
    /// A claim is open.
    within: bool,
}

impl BatchAssembly {
    /// A batch with this ST02.
    pub(super) fn of(control: &str) -> Self {
        Self {
            control: control.to_owned(),
            ..Self::default()
        }
    }

    /// An HL.
    pub(super) fn level(&mut self, segment: u32, loop_id: &str) {
        self.end_claim(segment);
        let rank = match loop_id {
            "2000A" => 0,
            "2000B" => 1,
            _ => 2,
        };
        match rank {
            0 => self.providers.push(Name::default()),
            1 => (self.subscriber, self.patient) = (Name::default(), None),
            _ => self.patient = None,
        }
        self.levels.push(LevelAt { begin: segment, rank });
    }

    pub(super) fn provider(&mut self, name: Name) {
        if let Some(provider) = self.providers.last_mut() {
            *provider = name;
        }
    }

    /// Where the provider has no NPI, the tax id is used.
    pub(super) fn tax_id(&mut self, id: String) {
        if let Some(provider) = self.providers.last_mut().filter(|provider| provider.id.is_none()) {
            provider.id = Some(Identifier::new("FI", id));
        }
    }

    pub(super) fn subscriber(&mut self, name: Name) {
        self.subscriber = name;
    }

    pub(super) fn patient(&mut self, mut name: Name) {
        name.id.clone_from(&self.subscriber.id);
        self.patient = Some(name);
    }

    /// A CLM.
    pub(super) fn begin_claim(&mut self, segment: u32, claim: ReceivedClaim) {
        self.end_claim(segment);
        let patient = self.patient.as_ref().unwrap_or(&self.subscriber);
        let claim = ReceivedClaim {
            patient: patient.clone(),
            ..claim
        };
        if self.providers.is_empty() {
            self.providers.push(Name::default());
        }
        self.claims.push(ClaimAt {
            begin: segment,
            end: u32::MAX,
            provider: self.providers.len() - 1,
            claim,
        });
        self.within = true;
    }

    /// Days of service of the current claim.
    pub(super) fn served(&mut self, first: NaiveDate, last: NaiveDate) {
        if let Some(claim) = self.claim() {
            claim.days = Some(match claim.days {
                Some((earliest, latest)) => (earliest.min(first), latest.max(last)),
                None => (first, last),
            });
        }
    }

    pub(super) fn reference(&mut self, reference: Reference) {
        if let Some(claim) = self.claim() {
            claim.references.push(reference);
        }
    }

    fn claim(&mut self) -> Option<&mut ReceivedClaim> {
        let within = self.within;
        self.claims.last_mut().filter(|_| within).map(|at| &mut at.claim)
    }

    /// Ends the current claim before this segment.
    pub(super) fn end_claim(&mut self, segment: u32) {
        let within = std::mem::take(&mut self.within);
        if let Some(claim) = self.claims.last_mut().filter(|_| within) {
            claim.end = segment.saturating_sub(1);
        }
    }

    pub(super) fn found(&mut self, segment: u32, status: Status) {
        self.findings.push((segment, status));
    }

    /// Providers with their claims, each with its statuses.
    pub(super) fn finish(mut self) -> Vec<ReceivedProvider> {
        for (segment, status) in std::mem::take(&mut self.findings) {
            let (from, to) = self.concerned(segment);
            for at in &mut self.claims[from..to] {
                if !at.claim.statuses.contains(&status) {
                    at.claim.statuses.push(status.clone());
                }
            }
        }
        let provider = |name| ReceivedProvider {
            name,
            claims: Vec::new(),
        };
        let mut providers: Vec<_> = self.providers.into_iter().map(provider).collect();
        for at in self.claims {
            if let Some(provider) = providers.get_mut(at.provider) {
                provider.claims.push(at.claim);
            }
        }
        providers
    }

    /// The range of claims that a finding in a segment concerns.
    fn concerned(&self, segment: u32) -> (usize, usize) {
        // The first claim after the segment; the one before may contain it.
        let after = self.claims.partition_point(|at| at.begin <= segment);
        if after > 0 && segment <= self.claims[after - 1].end {
            return (after - 1, after);
        }
        let level = self.levels.partition_point(|level| level.begin <= segment);
        if level == 0 {
            return (0, self.claims.len());
        }
        let rank = self.levels[level - 1].rank;
        let end = self.levels[level..].iter().find(|next| next.rank <= rank);
        let to = end.map_or(self.claims.len(), |end| {
            self.claims.partition_point(|at| at.begin < end.begin)
        });
        (after, to.max(after))
    }
}
