//! Minimum necessary (45 CFR 164.502(b)) as one table: which role sees, for which purpose, which
//! members of which resource.
//!
//! `ehr-proxy` enforces this table and `audit` measures by it. Each has its own copy, so that the
//! service that is measured does not supply the measure; a house test compares them.

use mc_vocabulary::Role;

/// Purpose of use (HL7 v3 `PurposeOfUse`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Treatment.
    Treatment,
    /// Emergency treatment: an override of a missing consent.
    EmergencyTreatment,
    /// Health care operations.
    Operations,
    /// Payment.
    Payment,
}

impl Purpose {
    /// The code, e.g. `TREAT`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Treatment => "TREAT",
            Self::EmergencyTreatment => "ETREAT",
            Self::Operations => "HOPERAT",
            Self::Payment => "HPAYMT",
        }
    }

    /// From the code.
    pub fn from_code(code: &str) -> Option<Self> {
        [
            Self::Treatment,
            Self::EmergencyTreatment,
            Self::Operations,
            Self::Payment,
        ]
        .into_iter()
        .find(|p| p.code() == code)
    }
}

/// The members of one resource type that may be seen; `x[x]` stands for every type of a choice.
#[derive(Debug, PartialEq, Eq)]
pub struct Allowed {
    /// The resource type.
    pub resource_type: &'static str,
    /// Names of its members.
    pub members: &'static [&'static str],
}

/// One row of the table.
struct Row {
    roles: &'static [Role],
    purposes: &'static [Purpose],
    sees: &'static [Allowed],
}

/// A combination that is not listed is refused.
const TABLE: &[Row] = &[
    Row {
        roles: &[Role::Doctor],
        purposes: &[Purpose::Treatment, Purpose::EmergencyTreatment],
        sees: CLINICIAN,
    },
    Row {
        roles: &[Role::Nurse],
        purposes: &[Purpose::Treatment],
        sees: NURSE,
    },
    Row {
        roles: &[Role::Admin],
        purposes: &[Purpose::Operations],
        sees: IDENTIFIER_ONLY,
    },
];

/// What identifies a patient for care: never identifier, telecom, address, photo or contact.
const PATIENT: Allowed = Allowed {
    resource_type: "Patient",
    members: &["name", "birthDate", "gender", "communication", "deceased[x]"],
};

const ALLERGIES: Allowed = Allowed {
    resource_type: "AllergyIntolerance",
    members: &[
        "clinicalStatus",
        "verificationStatus",
        "type",
        "category",
        "criticality",
        "code",
        "patient",
        "onset[x]",
        "lastOccurrence",
        "reaction",
    ],
};

const CLINICIAN: &[Allowed] = &[
    PATIENT,
    ALLERGIES,
    Allowed {
        resource_type: "Condition",
        members: &[
            "clinicalStatus",
            "verificationStatus",
            "category",
            "severity",
            "code",
            "bodySite",
            "subject",
            "onset[x]",
            "abatement[x]",
            "recordedDate",
            "stage",
            "note",
        ],
    },
    Allowed {
        resource_type: "MedicationRequest",
        members: &[
            "status",
            "statusReason",
            "intent",
            "priority",
            "doNotPerform",
            "reported[x]",
            "medication[x]",
            "contained",
            "subject",
            "authoredOn",
            "reasonCode",
            "dosageInstruction",
            "dispenseRequest",
            "substitution",
            "note",
        ],
    },
];

const NURSE: &[Allowed] = &[
    PATIENT,
    ALLERGIES,
    Allowed {
        resource_type: "Condition",
        members: &[
            "clinicalStatus",
            "verificationStatus",
            "category",
            "severity",
            "code",
            "subject",
            "onset[x]",
        ],
    },
    Allowed {
        resource_type: "MedicationRequest",
        members: &[
            "status",
            "intent",
            "doNotPerform",
            "medication[x]",
            "contained",
            "subject",
            "authoredOn",
            "dosageInstruction",
        ],
    },
];

const IDENTIFIER_ONLY: &[Allowed] = &[Allowed {
    resource_type: "Patient",
    members: &["name", "birthDate", "gender", "deceased[x]"],
}];

/// The resource types to fetch with the members that may be seen, `Patient` first; None where the
/// role may not act for that purpose.
pub fn allowed(role: Role, purpose: Purpose) -> Option<&'static [Allowed]> {
    TABLE
        .iter()
        .find(|row| row.roles.contains(&role) && row.purposes.contains(&purpose))
        .map(|row| row.sees)
}

#[cfg(test)]
mod tests;
