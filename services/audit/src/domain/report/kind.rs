//! The kinds of report, and which events belong to each.

use crate::domain::{
    Filters, Leaf,
    catalogue::{self, Class},
    report::disclosure,
};
use mc_contracts::Outcome;
use serde::{Deserialize, Serialize};

/// A kind of report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportKind {
    /// Who accessed one patient's data.
    AccessByPatient,
    /// What one user did.
    AccessByUser,
    /// Disclosures of one patient's data (45 CFR 164.528).
    Disclosures,
    /// Every use of emergency access.
    BreakGlass,
    /// Sign-ins that failed.
    FailedSignIns,
    /// Changes of people, machines and their rights.
    PrivilegeChanges,
    /// Patients' decisions about their data, and accesses refused without consent.
    ConsentDecisions,
    /// Changes of retention and legal holds.
    Retention,
}

impl ReportKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::AccessByPatient,
        Self::AccessByUser,
        Self::Disclosures,
        Self::BreakGlass,
        Self::FailedSignIns,
        Self::PrivilegeChanges,
        Self::ConsentDecisions,
        Self::Retention,
    ];

    /// As it is stored and requested.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AccessByPatient => "access_by_patient",
            Self::AccessByUser => "access_by_user",
            Self::Disclosures => "disclosures",
            Self::BreakGlass => "break_glass",
            Self::FailedSignIns => "failed_sign_ins",
            Self::PrivilegeChanges => "privilege_changes",
            Self::ConsentDecisions => "consent_decisions",
            Self::Retention => "retention",
        }
    }

    /// Reads what is stored.
    pub fn from_name(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
    }

    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::AccessByPatient => "Access report by patient",
            Self::AccessByUser => "Access report by user",
            Self::Disclosures => "Accounting of disclosures",
            Self::BreakGlass => "Review of emergency access",
            Self::FailedSignIns => "Failed sign-ins",
            Self::PrivilegeChanges => "Changes of privilege",
            Self::ConsentDecisions => "Consent decisions",
            Self::Retention => "Retention and legal holds",
        }
    }

    /// What it shows, in one sentence.
    pub fn about(self) -> &'static str {
        match self {
            Self::AccessByPatient => "Every recorded access to one patient's data, refused attempts included.",
            Self::AccessByUser => "Everything that one user or machine is on record with.",
            Self::Disclosures => "Disclosures of one patient's data that 45 CFR 164.528 requires to be accounted for.",
            Self::BreakGlass => "Every use of emergency access, for review after the fact (45 CFR 164.312(a)(2)(ii)).",
            Self::FailedSignIns => {
                "Attempts to sign in, to give a second factor or to renew a sign-in that were refused or failed."
            }
            Self::PrivilegeChanges => "Changes of people, machines, their rights, and of connections to other systems.",
            Self::ConsentDecisions => {
                "Decisions of patients about their data, and accesses that were refused for want of one."
            }
            Self::Retention => "Legal holds, prunings, exports and restorations of the audit log.",
        }
    }

    /// Whether it needs a patient; None where one is optional.
    pub fn takes_patient(self) -> Option<bool> {
        match self {
            Self::AccessByPatient | Self::Disclosures => Some(true),
            Self::ConsentDecisions | Self::BreakGlass => None,
            _ => Some(false),
        }
    }

    /// Whether it needs a user; None where one is optional.
    pub fn takes_user(self) -> Option<bool> {
        match self {
            Self::AccessByUser => Some(true),
            Self::BreakGlass | Self::FailedSignIns | Self::PrivilegeChanges => None,
            _ => Some(false),
        }
    }

    /// Filters of the search; [`ReportKind::keeps`] selects among the results.
    pub fn filters(self, patient: &str, user_id: &str) -> Filters {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned()).into_iter().collect();
        let of = |classes: &[Class]| -> Vec<String> {
            let actions = catalogue::CATALOGUE
                .iter()
                .filter(|entry| classes.iter().any(|class| entry.classes.contains(class)));
            let found: Vec<String> = actions.map(|entry| entry.action.to_owned()).collect();
            // An empty filter would match every action.
            if found.is_empty() {
                vec!["none".to_owned()]
            } else {
                found
            }
        };
        let filters = Filters {
            patient: some(patient),
            actor_id: some(user_id),
            ..Filters::default()
        };
        match self {
            Self::AccessByPatient | Self::AccessByUser | Self::Disclosures => filters,
            Self::BreakGlass => Filters {
                emergency: Some(true),
                ..filters
            },
            Self::FailedSignIns => Filters {
                action: of(&[Class::SignIn, Class::Session]),
                outcome: vec!["denied".to_owned(), "failure".to_owned()],
                ..filters
            },
            Self::PrivilegeChanges => Filters {
                action: of(&[Class::Privilege, Class::Configuration]),
                ..filters
            },
            Self::ConsentDecisions => Filters {
                action: of(&[Class::Consent, Class::PhiAccess]),
                ..filters
            },
            Self::Retention => Filters {
                action: of(&[Class::Retention]),
                ..filters
            },
        }
    }

    /// Whether a found event belongs to the report.
    pub fn keeps(self, leaf: &Leaf) -> bool {
        let record = &leaf.record;
        match self {
            // Reading the log about a patient does not show the patient's data.
            Self::AccessByPatient => {
                !catalogue::is(&record.action, Class::AuditReading) || record.action == "audit.event.unmask"
            }
            Self::Disclosures => disclosure::is_disclosure(leaf),
            Self::ConsentDecisions => {
                let reason = record.details.get("reason").and_then(serde_json::Value::as_str);
                let refused =
                    record.outcome == Outcome::Denied && matches!(reason, Some("no_consent" | "consent_denied"));
                let decided = record.outcome == Outcome::Success && catalogue::is(&record.action, Class::Consent);
                refused || decided
            }
            Self::Retention => !matches!(record.action.as_str(), "audit.hold.list" | "audit.retention.read"),
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back() {
        for kind in ReportKind::ALL {
            assert_eq!(ReportKind::from_name(kind.as_str()), Some(*kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
        assert_eq!(ReportKind::from_name("gossip"), None);
    }
}
