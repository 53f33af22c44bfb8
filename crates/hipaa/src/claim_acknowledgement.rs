//! The claim acknowledgement (277CA, 005010X214): the outcome of each claim of an 837, matched by
//! TRN02 = CLM01.
//!
//! ```
//! use mc_hipaa::claim_acknowledgement::{ClaimAcknowledgement, ClaimAcknowledger, Verdict};
//! use mc_x12::check::{Settings, check};
//! # use mc_x12::{ControlNumbers, Interchange, Limits};
//! # let claims = "ISA*00*          *00*          *ZZ*CLINIC         *ZZ*PAYER          *240102*0304*^*00501*000000007*1*T*:~\
//! #   GS*HC*CLINIC*PAYER*20240102*0304*8*X*005010X222A1~ST*837*0009*005010X222A1~BHT*0019*00*BATCH-1*20240102*0304*CH~\
//! #   NM1*41*2*CLINIC*****46*S1~PER*IC*DESK*TE*8005550100~NM1*40*2*PAYER*****46*P1~HL*1**20*1~NM1*85*2*CLINIC*****XX*1234567893~\
//! #   N3*1 ELM ST~N4*BOSTON*MA*021100001~REF*EI*123456789~HL*2*1*22*0~SBR*P*18*******CI~NM1*IL*1*DOE*JO****MI*M1~N3*1 ELM ST~\
//! #   N4*BOSTON*MA*02110~DMG*D8*19800101*F~NM1*PR*2*PAYER*****PI*P1~CLM*CLAIM-1*99***11:B:1*Y*A*Y*Y~HI*ABK:J020~LX*1~\
//! #   SV1*HC:99213*100*UN*1***1~DTP*472*D8*20240102~SE*23*0009~GE*1*8~IEA*1*000000007~";
//! let mut acknowledger = ClaimAcknowledger::default();
//! check(claims.as_bytes(), Limits::FILE, &Settings::default(), &mut acknowledger)?;
//! let received = &acknowledger.finish()[0];
//! assert!(!received.is_rejected, "the 999 rejects it as a whole");
//!
//! let at = chrono::DateTime::from_timestamp(1_704_164_640, 0).unwrap();
//! let control = ControlNumbers { interchange: 1, group: 1, transaction: 1 };
//! let text = received.answer("ACK-1", at.naive_utc()).to_x12(&received.envelope(control, at))?;
//! assert!(text.contains("~TRN*2*CLAIM-1~STC*A7:178*20240102*U*99~DTP*472*D8*20240102~"));
//!
//! let interchange = Interchange::parse(text.as_bytes())?; // at the provider
//! let read = ClaimAcknowledgement::read(interchange.transactions().next().unwrap())?.strict()?;
//! assert_eq!(read.submissions[0].batch, "BATCH-1");
//! let claim = read.claims().next().unwrap();
//! assert_eq!((claim.trace.as_str(), claim.verdict()), ("CLAIM-1", Verdict::Rejected));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod assembly;
mod assign;
mod collect;
mod read;
mod received;
mod spool;
#[cfg(test)]
mod tests;
mod write;

pub use collect::ClaimAcknowledger;
pub use received::{ReceivedBatch, ReceivedClaim, ReceivedProvider};
pub use spool::{ClaimSpooler, SpoolError, SpooledBatch};

use serde::Serialize;

use crate::parts::{Amount, Name, Quantity, Reference, redact_debug};
use crate::status::{ClaimAnswer, StatusInformation};
use chrono::{NaiveDate, NaiveDateTime};

/// The version that is written.
const VERSION: &str = "005010X214";

/// One 277CA.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClaimAcknowledgement {
    /// BHT03.
    pub reference: String,
    /// BHT04 and BHT05.
    pub created_at: Option<NaiveDateTime>,
    /// The outcome of each batch of claims.
    pub submissions: Vec<Submission>,
}

/// The outcome of one batch (loops 2000A and 2000B).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Submission {
    /// The responding party: `PR` payer or `AY` clearinghouse.
    pub source: Name,
    /// TRN02 in 2200A: the receipt number of the responding party.
    pub receipt: String,
    /// DTP 050.
    pub received_on: Option<NaiveDate>,
    /// DTP 009.
    pub processed_on: Option<NaiveDate>,
    /// The sender of the claims: role `41`.
    pub submitter: Name,
    /// TRN02 in 2200B: BHT03 of the 837.
    pub batch: String,
    /// Statuses and totals of the whole batch.
    pub level: LevelAnswer,
    pub providers: Vec<ProviderAnswer>,
}

/// Statuses and totals of a level (loops 2200B and 2200C).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct LevelAnswer {
    pub information: Vec<StatusInformation>,
    /// `90` accepted and `AA` rejected of a batch, `QA` and `QC` of a provider.
    pub counts: Vec<Quantity>,
    /// `YU` accepted, `YY` rejected.
    pub amounts: Vec<Amount>,
}

/// A billing provider and their patients (loop 2000C).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProviderAnswer {
    /// Role `85`; once with the NPI, a second time with another id.
    pub names: Vec<Name>,
    /// TRN02 in 2200C; empty where the provider as a whole has no status.
    pub trace: String,
    pub level: LevelAnswer,
    pub references: Vec<Reference>,
    pub patients: Vec<PatientAnswer>,
}

/// A patient and their claims (loop 2000D).
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct PatientAnswer {
    /// Role `QC`; id `MI`.
    pub name: Name,
    /// The outcome of each claim; the trace is CLM01 of the claim.
    pub claims: Vec<ClaimAnswer>,
}

redact_debug!(PatientAnswer);

/// The outcome of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Accepted into adjudication, or forwarded.
    Accepted,
    /// To be corrected and resubmitted.
    Rejected,
    /// Neither is stated.
    Unclear,
}

impl ClaimAnswer {
    /// The outcome by STC03, and where that is empty by the category of the first status.
    pub fn verdict(&self) -> Verdict {
        let one = |information: &StatusInformation| {
            let category = information
                .statuses
                .first()
                .map_or("", |status| status.category.as_str());
            match (information.action.as_str(), category) {
                ("U", _) | ("", "A3" | "A4" | "A6" | "A7" | "A8") => Verdict::Rejected,
                ("WQ", _) | ("", "A0" | "A1" | "A2" | "A5") => Verdict::Accepted,
                _ => Verdict::Unclear,
            }
        };
        let mut verdicts = self.information.iter().map(one);
        let first = verdicts.next().unwrap_or(Verdict::Unclear);
        if verdicts.any(|verdict| verdict == Verdict::Rejected) {
            Verdict::Rejected
        } else {
            first
        }
    }
}

impl ClaimAcknowledgement {
    /// Every claim, in order.
    pub fn claims(&self) -> impl Iterator<Item = &ClaimAnswer> {
        let providers = self.submissions.iter().flat_map(|submission| &submission.providers);
        let patients = providers.flat_map(|provider| &provider.patients);
        patients.flat_map(|patient| &patient.claims)
    }
}
