//! Who may do what, as one table (mission ids A7 to A10).

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

// `tt` and not `literal`: the derive of the document reads the word only where it is handed on as it stands.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:tt),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            /// Every one, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word as it stands in tokens and tables.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;
            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                match text { $($text => Ok(Self::$variant),)+ _ => Err(UnknownWord) }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

/// Not a role or permission of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a known role or permission")]
pub struct UnknownWord;

words!(
    /// What a person or machine is to an organisation.
    Role {
        /// Runs the organisation's account; sees everything in it.
        Admin = "admin",
        /// Treats patients.
        Doctor = "doctor",
        /// Cares for patients; reads what care needs.
        Nurse = "nurse",
        /// Front desk: scheduling and coverage, no clinical data.
        Staff = "staff",
        /// Charges and claims.
        Billing = "billing",
        /// Reads the audit log.
        Compliance = "compliance",
        /// Own data only.
        Patient = "patient",
        /// A machine.
        Integration = "integration",
    }
);

words!(
    /// What a role allows.
    Permission {
        /// See what the role may see.
        Read = "read",
        /// Change it.
        Write = "write",
        /// Remove it.
        Delete = "delete",
        /// Manage people and machines.
        Admin = "admin",
        /// Set up connections to other systems.
        IntegrationManage = "integration_manage",
        /// See who a patient is.
        PatientData = "patient_data",
        /// See and write what a clinician sees.
        MedicalRecords = "medical_records",
        /// See and record insurance.
        Coverage = "coverage",
        /// Charge a patient.
        PatientBilling = "patient_billing",
        /// Read the audit log.
        AuditRead = "audit_read",
        /// Learn which patient an audit event is about.
        AuditUnmask = "audit_unmask",
        /// Keep compliance's own records: alerts, holds, inventory.
        ComplianceManage = "compliance_manage",
        /// Call as a machine.
        ApiAccess = "api_access",
    }
);

impl Role {
    /// The permissions of a role. S0's names stay; `coverage`, `patient_billing`, `audit_read`, `audit_unmask` and `compliance_manage` split what its map left open.
    pub fn permissions(self) -> &'static [Permission] {
        use Permission as P;
        match self {
            Self::Admin => &[
                P::Read,
                P::Write,
                P::Delete,
                P::Admin,
                P::IntegrationManage,
                P::PatientData,
                P::Coverage,
                P::PatientBilling,
                P::AuditRead,
                P::ComplianceManage,
            ],
            Self::Doctor => &[
                P::Read,
                P::Write,
                P::PatientData,
                P::MedicalRecords,
                P::Coverage,
                P::PatientBilling,
            ],
            Self::Nurse => &[P::Read, P::PatientData],
            Self::Staff => &[P::Read, P::Write, P::Coverage],
            Self::Billing => &[P::Read, P::Write, P::Coverage, P::PatientBilling],
            Self::Compliance => &[P::Read, P::AuditRead, P::AuditUnmask, P::ComplianceManage],
            Self::Patient => &[P::Read],
            Self::Integration => &[P::Read, P::Write, P::ApiAccess],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_desk_and_billing_never_see_a_chart() {
        for role in [
            Role::Staff,
            Role::Billing,
            Role::Compliance,
            Role::Patient,
            Role::Integration,
        ] {
            assert!(!role.permissions().contains(&Permission::PatientData), "{role}");
            assert!(!role.permissions().contains(&Permission::MedicalRecords), "{role}");
        }
    }

    #[test]
    fn every_word_reads_back() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(*role));
        }
        for permission in Permission::ALL {
            assert_eq!(permission.as_str().parse(), Ok(*permission));
        }
    }
}
