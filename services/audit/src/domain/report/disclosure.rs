//! Disclosures of patient data, and those excluded from the accounting (45 CFR 164.528).

use crate::domain::{
    Leaf, access,
    catalogue::{self, Class},
};
use chrono::{DateTime, Utc};
use mc_contracts::{ActorKind, Outcome};
use serde_json::Value;

/// Why a disclosure is not accounted for: 164.528(a)(1)(i) to (ix).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exclusion {
    /// For treatment, payment or health care operations.
    Operations,
    /// To the patient themself.
    Individual,
    /// Incident to a use that was allowed.
    Incidental,
    /// The patient had authorised it.
    Authorized,
    /// For the facility's directory, or to persons involved in the patient's care.
    Directory,
    /// For national security or intelligence.
    NationalSecurity,
    /// To correctional institutions or law enforcement in custody.
    Custody,
    /// As part of a limited data set.
    LimitedDataSet,
    /// An agency has requested that the patient not be informed yet: 164.528(a)(2).
    Suspended,
}

impl Exclusion {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::Operations,
        Self::Individual,
        Self::Incidental,
        Self::Authorized,
        Self::Directory,
        Self::NationalSecurity,
        Self::Custody,
        Self::LimitedDataSet,
        Self::Suspended,
    ];

    /// The value of the detail `basis`; None where it follows from the event.
    pub fn basis(self) -> Option<&'static str> {
        Some(match self {
            Self::Individual => "individual",
            Self::Incidental => "incidental",
            Self::Authorized => "authorization",
            Self::Directory => "directory",
            Self::NationalSecurity => "national_security",
            Self::Custody => "custody",
            Self::LimitedDataSet => "limited_data_set",
            Self::Operations | Self::Suspended => return None,
        })
    }
}

/// Purposes of treatment, payment and operations (v3-ActReason). Any other purpose is accounted
/// for.
const OPERATIONS: &[&str] = &[
    "TREAT",
    "ETREAT",
    "BTG",
    "CAREMGT",
    "HPAYMT",
    "CLMATTCH",
    "COVAUTH",
    "COVERAGE",
    "ELIGDTRM",
    "ELIGVER",
    "ENROLLM",
    "REMITADV",
    "PMTDS",
    "HOPERAT",
    "HACCRED",
    "HCOMPL",
    "HDECD",
    "HDM",
    "HOUTCOMS",
    "HPRGRP",
    "HQUALIMP",
    "HSYSADMIN",
    "MEMADMIN",
    "PATADMIN",
    "PATSFTY",
    "PERFMSR",
    "RECORDMGT",
    "SYSDEV",
    "TRAIN",
];

/// Whether patient data left the organization: recorded as a disclosure, sent by a service, or read
/// by another party's machine.
pub fn is_disclosure(leaf: &Leaf) -> bool {
    let record = &leaf.record;
    if record.outcome != Outcome::Success || leaf.patient.is_none() {
        return false;
    }
    let left = catalogue::is(&record.action, Class::LeftTheHouse) || catalogue::is(&record.action, Class::Disclosure);
    let machine = record.actor.kind == ActorKind::Client && catalogue::is(&record.action, Class::PhiAccess);
    let purpose = record.purpose.as_deref();
    left || (machine && purpose.is_some_and(|purpose| !OPERATIONS.contains(&purpose)))
}

/// Why the disclosure is not accounted for at `now`; None: it is accounted for.
pub fn exclusion(leaf: &Leaf, now: DateTime<Utc>) -> Option<Exclusion> {
    let record = &leaf.record;
    let fact = |name: &str| record.details.get(name).and_then(Value::as_str);
    if let Some(basis) = fact("basis") {
        let excluded = Exclusion::ALL
            .iter()
            .copied()
            .find(|exclusion| exclusion.basis() == Some(basis));
        if excluded.is_some() {
            return excluded;
        }
    }
    match record.purpose.as_deref() {
        Some(purpose) if OPERATIONS.contains(&purpose) => return Some(Exclusion::Operations),
        Some("PATRQT") if record.actor.roles.iter().any(|role| role == "patient") => {
            return Some(Exclusion::Individual);
        }
        _ => {}
    }
    access::is_suspended(leaf, now).then_some(Exclusion::Suspended)
}
