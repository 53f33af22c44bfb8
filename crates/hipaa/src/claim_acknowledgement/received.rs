//! A received and checked batch of claims, and the response to it.

use super::{ClaimAcknowledgement, LevelAnswer, PatientAnswer, ProviderAnswer, Submission};
use crate::parts::{Amount, Dated, Name, Quantity, Reference, number, redact_debug};
use crate::status::{ClaimAnswer, Status, StatusInformation};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use mc_x12::{ControlNumbers, Envelope, Party, Usage};
use rust_decimal::Decimal;
use serde::Serialize;

/// One 837 and its findings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReceivedBatch {
    /// ISA05/06.
    pub sender: Party,
    /// ISA07/08.
    pub receiver: Party,
    /// ISA15.
    pub usage: Usage,
    /// ST02.
    pub control: String,
    /// BHT03.
    pub reference: String,
    /// Loop 1000A.
    pub submitter: Name,
    /// Loop 1000B.
    pub payer: Name,
    /// The 999 rejects the transaction set, for an error of its own or of its group or interchange:
    /// nothing in it is processed, and there is no 277CA.
    pub is_rejected: bool,
    pub providers: Vec<ReceivedProvider>,
}

/// A billing provider and the claims sent for them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ReceivedProvider {
    /// Loop 2010AA.
    pub name: Name,
    pub claims: Vec<ReceivedClaim>,
}

/// A claim and its statuses.
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct ReceivedClaim {
    /// CLM01.
    pub number: String,
    /// CLM02.
    pub charge: Option<Decimal>,
    /// Loop 2010CA, else 2010BA, with the subscriber's id.
    pub patient: Name,
    /// First and last day of service.
    pub days: Option<(NaiveDate, NaiveDate)>,
    /// `D9` as received, `BLT` of an institutional claim.
    pub references: Vec<Reference>,
    /// Reasons for rejection; empty where the claim is accepted.
    pub statuses: Vec<Status>,
}

redact_debug!(ReceivedClaim);

impl ReceivedBatch {
    /// The envelopes of the response, addressed to the sender.
    pub fn envelope(&self, control: ControlNumbers, created_at: DateTime<Utc>) -> Envelope {
        Envelope {
            sender: self.receiver.answered(),
            receiver: self.sender.answered(),
            control,
            created_at,
            usage: self.usage,
        }
    }

    /// The 277CA, in which the receiver of the claims is the payer: accepted claims have `A2:20`,
    /// the others their statuses. A claim without a day of service has the processing day, as the
    /// guide requires one. An amount that is longer than 18 characters, as the sum of many claims
    /// may be, cannot be written and is absent.
    pub fn answer(&self, reference: impl Into<String>, at: NaiveDateTime) -> ClaimAcknowledgement {
        let (reference, today) = (reference.into(), at.date());
        let totals = Totals::of(self.providers.iter().flat_map(|provider| &provider.claims));
        let mut submission = submission(
            (&self.payer, &self.submitter),
            &self.reference,
            &reference,
            today,
            &totals,
        );
        submission.providers = self.providers.iter().map(|provider| provider.answer(today)).collect();
        ClaimAcknowledgement {
            reference,
            created_at: Some(at),
            submissions: vec![submission],
        }
    }
}

/// A batch without its providers. `receipt` is the receipt number of the payer.
pub(super) fn submission(
    (payer, submitter): (&Name, &Name),
    batch: &str,
    receipt: &str,
    today: NaiveDate,
    totals: &Totals,
) -> Submission {
    Submission {
        source: Name {
            role: "PR".to_owned(),
            ..payer.clone()
        },
        receipt: receipt.to_owned(),
        received_on: Some(today),
        processed_on: Some(today),
        submitter: submitter.clone(),
        batch: batch.to_owned(),
        level: totals.level(["90", "AA"], Some(today)),
        providers: Vec::new(),
    }
}

/// A provider without patients.
pub(super) fn provider(name: &Name, totals: &Totals) -> ProviderAnswer {
    ProviderAnswer {
        names: vec![name.clone()],
        // Senders of claims do not number providers.
        trace: "0".to_owned(),
        level: totals.level(["QA", "QC"], None),
        references: Vec::new(),
        patients: Vec::new(),
    }
}

/// A patient without claims.
pub(super) fn patient(name: &Name) -> PatientAnswer {
    PatientAnswer {
        name: Name {
            role: "QC".to_owned(),
            ..name.clone()
        },
        claims: Vec::new(),
    }
}

fn status(category: &str, code: &str, entity: &str) -> Status {
    Status {
        entity: entity.to_owned(),
        ..Status::new(category, code)
    }
}

/// An amount, where it fits STC04 and AMT02.
fn writable(amount: Decimal) -> Option<Decimal> {
    Some(amount).filter(|amount| number(*amount).len() <= 18)
}

/// Count and amount of the claims of a level. A charge that is not known counts as zero.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Totals {
    accepted: (usize, Decimal),
    rejected: (usize, Decimal),
}

impl Totals {
    fn of<'c>(claims: impl IntoIterator<Item = &'c ReceivedClaim>) -> Self {
        let mut totals = Self::default();
        for claim in claims {
            totals.add(!claim.is_accepted(), claim.charge);
        }
        totals
    }

    /// Adds a claim.
    pub(super) fn add(&mut self, is_rejected: bool, charge: Option<Decimal>) {
        let these = if is_rejected {
            &mut self.rejected
        } else {
            &mut self.accepted
        };
        these.0 += 1;
        these.1 = these.1.saturating_add(charge.unwrap_or_default());
    }

    /// Whether there are claims.
    pub(super) fn has_claims(&self) -> bool {
        self.accepted.0 + self.rejected.0 > 0
    }

    /// Status, and count and amount of accepted and rejected claims, where there are any.
    fn level(&self, counts: [&str; 2], effective: Option<NaiveDate>) -> LevelAnswer {
        let received = StatusInformation {
            statuses: vec![status("A1", "19", "PR")],
            effective,
            action: "WQ".to_owned(),
            charge: writable(self.accepted.1.saturating_add(self.rejected.1)),
            ..StatusInformation::default()
        };
        let mut level = LevelAnswer {
            information: vec![received],
            ..LevelAnswer::default()
        };
        let these = [(self.accepted, counts[0], "YU"), (self.rejected, counts[1], "YY")];
        for ((number, sum), count, amount) in these.into_iter().filter(|((number, _), ..)| *number > 0) {
            level.counts.push(Quantity::new(count, number));
            level.amounts.extend(writable(sum).map(|sum| Amount::new(amount, sum)));
        }
        level
    }
}

impl LevelAnswer {
    /// Number of amounts of [`Totals::level`] that could not be written.
    pub(super) fn left_out(&self) -> usize {
        let statuses = self.information.iter().filter(|one| one.charge.is_none());
        statuses.count() + self.counts.len().saturating_sub(self.amounts.len())
    }
}

impl ReceivedProvider {
    fn answer(&self, today: NaiveDate) -> ProviderAnswer {
        let same = |a: &ReceivedClaim, b: &ReceivedClaim| a.patient == b.patient;
        let patients = self.claims.chunk_by(same).filter_map(|claims| {
            Some(PatientAnswer {
                claims: claims.iter().map(|claim| claim.answer(today)).collect(),
                ..patient(&claims.first()?.patient)
            })
        });
        ProviderAnswer {
            patients: patients.collect(),
            ..provider(&self.name, &Totals::of(&self.claims))
        }
    }
}

impl ReceivedClaim {
    /// Whether the claim has no errors.
    pub fn is_accepted(&self) -> bool {
        self.statuses.is_empty()
    }

    pub(super) fn answer(&self, today: NaiveDate) -> ClaimAnswer {
        let accepted = [status("A2", "20", "PR")];
        let (statuses, action) = if self.is_accepted() {
            (&accepted[..], "WQ")
        } else {
            (&self.statuses[..], "U")
        };
        // One STC holds three statuses.
        let information = statuses.chunks(3).map(|statuses| StatusInformation {
            statuses: statuses.to_vec(),
            effective: Some(today),
            action: action.to_owned(),
            charge: writable(self.charge.unwrap_or_default()),
            ..StatusInformation::default()
        });
        let (first, last) = self.days.unwrap_or((today, today));
        ClaimAnswer {
            trace: self.number.clone(),
            information: information.collect(),
            references: self.references.clone(),
            dates: vec![if first == last {
                Dated::day("472", first)
            } else {
                Dated::days("472", first, last)
            }],
            lines: Vec::new(),
        }
    }
}
