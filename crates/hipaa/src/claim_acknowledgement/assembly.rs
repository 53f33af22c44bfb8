//! Follows one 837 while it is checked. What a 277CA needs of it leaves as entries, in its order,
//! so that memory does not grow with the number of claims.

use super::received::ReceivedClaim;
use crate::parts::{Identifier, Name, Reference};
use crate::status::Status;
use chrono::NaiveDate;
use std::sync::Arc;

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
    /// Without statuses.
    pub(super) claim: ReceivedClaim,
}

/// What a 277CA needs of a transaction set besides its entries.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct BatchHeader {
    pub(super) reference: String,
    pub(super) control: String,
    pub(super) submitter: Name,
    pub(super) payer: Name,
    /// Segment number and status of each finding; a status of the same claim once.
    pub(super) findings: Vec<(u32, Arc<Status>)>,
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
    /// The distinct statuses of all findings.
    statuses: Vec<Arc<Status>>,
    /// The first segment of the current level or claim, and the statuses found in it.
    current: (u32, Vec<Arc<Status>>),
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
        self.end_provider(keep);
        self.current = (segment, Vec::new());
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
        keep(Entry::Level { begin: segment, rank });
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
        self.current = (segment, Vec::new());
        if !self.has_provider {
            self.provider.get_or_insert_default();
        }
        self.end_provider(keep);
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

    fn end_provider(&mut self, keep: &mut Keep<'_>) {
        if let Some(provider) = self.provider.take() {
            self.has_provider = true;
            keep(Entry::Provider(provider));
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
            keep(Entry::Claim(claim));
        }
    }

    pub(super) fn found(&mut self, segment: u32, status: Status) {
        let known = self.statuses.iter().find(|known| ***known == status);
        let status = known.cloned().unwrap_or_else(|| {
            let status = Arc::new(status);
            self.statuses.push(Arc::clone(&status));
            status
        });
        let (begin, found) = &mut self.current;
        if segment >= *begin {
            if found.contains(&status) {
                return;
            }
            found.push(Arc::clone(&status));
        }
        self.header.findings.push((segment, status));
    }

    /// Ends the transaction set.
    pub(super) fn finish(mut self, keep: &mut Keep<'_>) -> BatchHeader {
        if let Some(claim) = self.claim.take() {
            keep(Entry::Claim(claim));
        }
        self.end_provider(keep);
        self.header.findings.sort_by_key(|(segment, _)| *segment);
        self.header
    }
}
