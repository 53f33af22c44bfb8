//! The 271 as a typed value.

use serde::Serialize;
use std::fmt;

use chrono::NaiveDate;

use super::{Benefit, DatePeriod, Gender, Rejection, RelatedEntity, Trace};
use crate::claim::HealthCode;
use crate::parts::{Address, Contact, Reference, When, redact_debug};
use mc_x12::Finding;

/// A person in the payer's records. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Person {
    /// NM109.
    pub member_id: Option<String>,
    /// NM103.
    pub family: Option<String>,
    /// NM104.
    pub given: Option<String>,
    /// NM105.
    pub middle: Option<String>,
    /// NM107.
    pub suffix: Option<String>,
    /// REF, e.g. `6P` group, `18` plan.
    pub references: Vec<Reference>,
    pub address: Option<Address>,
    /// INS02: `18` self, `01` spouse, `19` child, ...
    pub relationship: Option<String>,
    /// DMG02.
    pub birth_date: Option<NaiveDate>,
    /// DMG03.
    pub gender: Option<Gender>,
    /// INS17: birth order in a multiple birth.
    pub birth_sequence: Option<String>,
    /// PRV: role, list and number of a provider, e.g. `PC`, `PXC` and a taxonomy code.
    pub provider: Option<(String, String, String)>,
    /// HI: diagnoses, the principal one first.
    pub diagnoses: Vec<HealthCode>,
    /// MPI.
    pub military: Option<MilitaryService>,
    /// INS03 001 and INS04 25: the payer corrected name or birth date; use the returned ones. False
    /// where both are empty, `None` for other codes and without INS.
    pub corrected: Option<bool>,
}

/// Military service (MPI).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct MilitaryService {
    /// MPI01: `A` partial, `C` current, `L` latest, `O` oldest, `P` prior, `S` second most current,
    /// `T` third most current.
    pub status: String,
    /// MPI02: employment, e.g. `AE` active reserve, `RE` recommissioned, `RU` retired.
    pub employment: String,
    /// MPI03: branch, e.g. `A` Air Force, `C` Army, `F` Navy.
    pub branch: String,
    /// MPI04.
    pub description: String,
    /// MPI05.
    pub rank: String,
    /// MPI06 and MPI07.
    pub when: Option<When>,
}

redact_debug!(MilitaryService);

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Person([phi])")
    }
}

/// The response about one patient. A response that was read has benefits or rejections or both
/// (partial success).
#[derive(Clone, PartialEq, Default, Serialize)]
pub struct Response {
    /// BHT03: the requester's reference.
    pub reference: String,
    /// Every TRN, in order.
    pub traces: Vec<Trace>,
    /// NM103 of loop 2100A.
    pub payer_name: String,
    /// NM109 of loop 2100A.
    pub payer_id: String,
    /// PER of loop 2100A: where to ask the payer.
    pub payer_contacts: Vec<Contact>,
    /// Loop 2100C.
    pub subscriber: Option<Person>,
    /// Loop 2100D, where the patient is a dependent.
    pub dependent: Option<Person>,
    /// Dates of loops 2100C and 2100D: plan (291), plan begin (346), eligibility (307, 356, 357),
    /// ...
    pub dates: Vec<DatePeriod>,
    /// Every AAA, in order.
    pub rejections: Vec<Rejection>,
    /// Every EB, in order.
    pub benefits: Vec<Benefit>,
    /// What could not be read, and is absent: place, code and kind, never a value. Periods that end
    /// before they start ([`DatePeriod::is_reversed`]) are listed too, and kept as sent.
    pub unread: Vec<Finding<'static>>,
}

impl fmt::Debug for Response {
    /// Counts only: benefits of a person are PHI.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("benefits", &self.benefits.len())
            .field("rejections", &self.rejections)
            .finish_non_exhaustive()
    }
}

impl Response {
    /// The numbers of TRN*2: the requester's traces.
    pub fn trace_numbers(&self) -> impl Iterator<Item = &str> {
        self.traces
            .iter()
            .filter(|t| t.echoed == Some(true))
            .map(|t| t.number.as_str())
    }

    /// The payer's own trace (TRN*1), for inquiries by telephone.
    pub fn payer_trace(&self) -> Option<&Trace> {
        self.traces.iter().find(|t| t.echoed == Some(false))
    }

    /// The person whose benefits these are.
    pub fn patient(&self) -> Option<&Person> {
        self.dependent.as_ref().or(self.subscriber.as_ref())
    }

    /// First day of the plan (DTP 346, else the start of 291).
    pub fn plan_begins(&self) -> Option<NaiveDate> {
        let first = |qualifier| self.dates.iter().find(|d| d.qualifier == qualifier).map(|d| d.start);
        first("346").or_else(|| first("291"))
    }

    /// Last day of the plan (DTP 347, else the end of 291).
    pub fn plan_ends(&self) -> Option<NaiveDate> {
        let of = |qualifier| self.dates.iter().find(move |d| d.qualifier == qualifier);
        of("347").map(|d| d.start).or_else(|| of("291")?.end)
    }

    /// First day of eligibility (DTP 356, else the start of 307).
    pub fn eligibility_begins(&self) -> Option<NaiveDate> {
        let first = |qualifier| self.dates.iter().find(|d| d.qualifier == qualifier).map(|d| d.start);
        first("356").or_else(|| first("307"))
    }

    /// Last day of eligibility (DTP 357, else the end of 307).
    pub fn eligibility_ends(&self) -> Option<NaiveDate> {
        let of = |qualifier| self.dates.iter().find(move |d| d.qualifier == qualifier);
        of("357").map(|d| d.start).or_else(|| of("307")?.end)
    }

    /// Other payers of the patient: each EB01 R, with the payer where it is named.
    pub fn other_payers(&self) -> impl Iterator<Item = (&Benefit, Option<&RelatedEntity>)> {
        let stated = self.benefits.iter().filter(|benefit| benefit.info == "R");
        stated.map(|benefit| (benefit, benefit.related_as(&["PR", "PRP", "SEP", "TTP"])))
    }

    /// The primary care provider, from EB01 L.
    pub fn primary_care_provider(&self) -> Option<&RelatedEntity> {
        let mut stated = self.benefits.iter().filter(|benefit| benefit.info == "L");
        stated.find_map(|benefit| benefit.related_as(&["P3", "1P"]))
    }

    /// Whether only a part of the question was answered: AAA next to benefits of other services.
    pub fn is_partial(&self) -> bool {
        let answered = |benefit: &Benefit| benefit.rejections.is_empty() && benefit.info != "V";
        !self.rejections.is_empty() && self.benefits.iter().any(answered)
    }
}
