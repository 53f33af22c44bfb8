//! Follows one 837 while it is checked. What a 277CA needs of it leaves as entries, in its order,
//! so that memory does not grow with the number of claims.

use super::received::ReceivedClaim;
use crate::parts::{Identifier, Name, Reference};
use crate::status::Status;
use chrono::NaiveDate;
use std::collections::VecDeque;

/// Levels and claims that wait for their findings. A part that is missing is reported up to 1,000
/// segments later.
const WAITING: usize = 1_024;

/// References that are kept of a claim; the guide has one.
const REFERENCES: usize = 10;

/// A part of a transaction set of claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Entry {
    /// A level: segments from `begin` to the next level.
    Level {
        begin: u32,
        /// 0 billing provider, 1 subscriber, 2 patient: levels inside have a higher rank.
        rank: u8,
        /// Of its own findings, each once.
        statuses: Vec<Status>,
    },
    /// A billing provider; the claims that follow are theirs.
    Provider(Name),
    Claim(ClaimEntry),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ClaimEntry {
    pub(super) begin: u32,
    /// The last segment.
    pub(super) end: u32,
    /// With the statuses of its own findings, each once.
    pub(super) claim: ReceivedClaim,
}

/// What a 277CA needs of a transaction set besides its entries.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct BatchHeader {
    pub(super) reference: String,
    pub(super) control: String,
    pub(super) submitter: Name,
    pub(super) payer: Name,
    /// Segment number and status of each finding that is before the first level, or came when its
    /// level or claim had left.
    pub(super) findings: Vec<(u32, Status)>,
}

/// Takes the entries.
pub(super) type Keep<'k> = dyn FnMut(Entry) + 'k;

/// One transaction set of claims.
#[derive(Debug, Default)]
pub(super) struct BatchAssembly {
    pub(super) header: BatchHeader,
    /// The current provider, until its first level or claim.
    provider: Option<Name>,
    has_provider: bool,
    subscriber: Name,
    patient: Option<Name>,
    /// The current claim.
    claim: Option<ClaimEntry>,
    /// The last entries before the current claim, each with the segment at which it begins.
    waiting: VecDeque<(u32, Entry)>,
}

impl BatchAssembly {
    /// A batch with this ST02.
    pub(super) fn of(control: &str) -> Self {
        let mut assembly = Self::default();
        control.clone_into(&mut assembly.header.control);
        assembly
    }

    /// An HL.
    pub(super) fn level(&mut self, segment: u32, loop_id: &str, keep: &mut Keep<'_>) {
        self.end_claim(segment, keep);
        self.end_provider(segment, keep);
        let rank = match loop_id {
            "2000A" => 0,
            "2000B" => 1,
            _ => 2,
        };
        match rank {
            0 => self.provider = Some(Name::default()),
            1 => (self.subscriber, self.patient) = (Name::default(), None),
            _ => self.patient = None,
        }
        let statuses = Vec::new();
        self.wait(
            segment,
            Entry::Level {
                begin: segment,
                rank,
                statuses,
            },
            keep,
        );
    }

    pub(super) fn provider(&mut self, name: Name) {
        if let Some(provider) = &mut self.provider {
            *provider = name;
        }
    }

    /// Where the provider has no NPI, the tax id is used.
    pub(super) fn tax_id(&mut self, id: String) {
        if let Some(provider) = self.provider.as_mut().filter(|provider| provider.id.is_none()) {
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
    pub(super) fn begin_claim(&mut self, segment: u32, claim: ReceivedClaim, keep: &mut Keep<'_>) {
        self.end_claim(segment, keep);
        if !self.has_provider {
            self.provider.get_or_insert_default();
        }
        self.end_provider(segment, keep);
        let patient = self.patient.as_ref().unwrap_or(&self.subscriber);
        let claim = ReceivedClaim {
            patient: patient.clone(),
            ..claim
        };
        self.claim = Some(ClaimEntry {
            begin: segment,
            end: u32::MAX,
            claim,
        });
    }

    fn end_provider(&mut self, segment: u32, keep: &mut Keep<'_>) {
        if let Some(provider) = self.provider.take() {
            self.has_provider = true;
            self.wait(segment, Entry::Provider(provider), keep);
        }
    }

    /// Adds an entry; the oldest ones leave.
    fn wait(&mut self, begin: u32, entry: Entry, keep: &mut Keep<'_>) {
        self.waiting.push_back((begin, entry));
        if self.waiting.len() > WAITING {
            self.waiting.pop_front().into_iter().for_each(|(_, entry)| keep(entry));
        }
    }

    /// Days of service of the current claim.
    pub(super) fn served(&mut self, first: NaiveDate, last: NaiveDate) {
        if let Some(ClaimEntry { claim, .. }) = &mut self.claim {
            claim.days = Some(match claim.days {
                Some((earliest, latest)) => (earliest.min(first), latest.max(last)),
                None => (first, last),
            });
        }
    }

    pub(super) fn reference(&mut self, reference: Reference) {
        if let Some(ClaimEntry { claim, .. }) = &mut self.claim
            && claim.references.len() < REFERENCES
        {
            claim.references.push(reference);
        }
    }

    /// Ends the current claim before this segment.
    pub(super) fn end_claim(&mut self, segment: u32, keep: &mut Keep<'_>) {
        if let Some(mut claim) = self.claim.take() {
            claim.end = segment.saturating_sub(1);
            self.wait(claim.begin, Entry::Claim(claim), keep);
        }
    }

    /// Adds the status of a finding to the claim or level that its segment is in.
    pub(super) fn found(&mut self, segment: u32, status: Status) {
        match self.statuses_at(segment) {
            Some(statuses) if statuses.contains(&status) => {}
            Some(statuses) => statuses.push(status),
            None => self.header.findings.push((segment, status)),
        }
    }

    /// The statuses of the claim or level that a segment is in, where it has not left.
    fn statuses_at(&mut self, segment: u32) -> Option<&mut Vec<Status>> {
        if let Some(of) = self.claim.as_mut().filter(|of| of.begin <= segment) {
            return Some(&mut of.claim.statuses);
        }
        let count = self.waiting.partition_point(|(begin, _)| *begin <= segment);
        let before = self.waiting.range_mut(..count).rev();
        before.into_iter().find_map(|(_, entry)| match entry {
            Entry::Level { statuses, .. } => Some(statuses),
            Entry::Claim(of) => Some(&mut of.claim.statuses),
            Entry::Provider(_) => None,
        })
    }

    /// Ends the transaction set.
    pub(super) fn finish(mut self, keep: &mut Keep<'_>) -> BatchHeader {
        self.end_claim(u32::MAX, keep);
        self.end_provider(u32::MAX, keep);
        self.waiting.into_iter().for_each(|(_, entry)| keep(entry));
        self.header.findings.sort_by_key(|(segment, _)| *segment);
        self.header
    }
}
