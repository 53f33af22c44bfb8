//! Minimum necessary (45 CFR 164.502(b)) as one table: who, for what, sees which members of which resource.

use mc_vocabulary::Role;

/// Why the data is wanted (HL7 v3 `PurposeOfUse`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Treatment.
    Treatment,
    /// Emergency treatment (an override of consent, audited as such).
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

/// The members of one resource type that may be seen; `x[x]` is every type of a choice.
#[derive(Debug, PartialEq, Eq)]
pub struct Allowed {
    pub resource_type: &'static str,
    pub members: &'static [&'static str],
}

/// One line of the table.
struct Line {
    roles: &'static [Role],
    purposes: &'static [Purpose],
    sees: &'static [Allowed],
}

/// What is not here is refused.
const TABLE: &[Line] = &[
    Line {
        roles: &[Role::Doctor],
        purposes: &[Purpose::Treatment, Purpose::EmergencyTreatment],
        sees: CLINICIAN,
    },
    Line {
        roles: &[Role::Nurse],
        purposes: &[Purpose::Treatment],
        sees: NURSE,
    },
    Line {
        roles: &[Role::Admin],
        purposes: &[Purpose::Operations],
        sees: IDENTIFIER_ONLY,
    },
];

/// Identity for care: never identifier, telecom, address, photo, contact.
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

/// The resource types to fetch with the members that may be seen, `Patient` first; none when the role may not ask for
/// that purpose.
pub fn allowed(role: Role, purpose: Purpose) -> Option<&'static [Allowed]> {
    TABLE
        .iter()
        .find(|line| line.roles.contains(&role) && line.purposes.contains(&purpose))
        .map(|line| line.sees)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Resource, project};

    #[test]
    fn nobody_sees_how_to_find_the_patient() {
        for line in TABLE {
            assert_eq!(line.sees[0].resource_type, "Patient");
            for hidden in [
                "identifier",
                "telecom",
                "address",
                "photo",
                "contact",
                "text",
                "extension",
            ] {
                assert!(line.sees.iter().all(|a| !a.members.contains(&hidden)), "{hidden}");
            }
        }
    }

    #[test]
    fn who_does_not_care_for_patients_sees_nothing() {
        for role in [
            Role::Staff,
            Role::Billing,
            Role::Compliance,
            Role::Patient,
            Role::Integration,
        ] {
            for purpose in ["TREAT", "ETREAT", "HOPERAT", "HPAYMT"].map(|c| Purpose::from_code(c).unwrap()) {
                assert_eq!(allowed(role, purpose), None, "{role} {purpose:?}");
            }
        }
        assert_eq!(allowed(Role::Nurse, Purpose::EmergencyTreatment), None);
        assert_eq!(allowed(Role::Admin, Purpose::Treatment), None);
    }

    #[test]
    fn what_decides_a_members_meaning_is_kept() {
        for purpose in [Purpose::Treatment, Purpose::EmergencyTreatment] {
            for seen in allowed(Role::Doctor, purpose).unwrap().iter().skip(1) {
                assert!(
                    seen.members.iter().any(|m| m.ends_with("tatus")),
                    "{}",
                    seen.resource_type
                );
            }
        }
    }

    #[test]
    fn a_doctor_sees_the_person_and_not_the_address() {
        let text = r#"{"resourceType":"Patient","id":"p","name":[{"family":"A"}],"address":[{"city":"B"}],"deceasedDateTime":"2020"}"#;
        let patient = &allowed(Role::Doctor, Purpose::Treatment).unwrap()[0];
        let seen = project(&Resource::parse(text.as_bytes()).unwrap(), patient.members).unwrap();
        assert!(seen.raw("name").is_some() && seen.raw("deceasedDateTime").is_some() && seen.raw("address").is_none());
    }
}
