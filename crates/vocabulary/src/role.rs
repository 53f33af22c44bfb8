//! Roles and the permissions of each, as one table.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

// `tt` and not `literal`: the derive of the OpenAPI schema reads the text only if the token is
// passed on unchanged.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:tt),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            /// All values, in declaration order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The text used in tokens and database rows.
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

/// The text is not a role or permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a known role or permission")]
pub struct UnknownWord;

words!(
    /// A role of a person or machine in an organization.
    Role {
        /// Manages the organization's account. Sees no clinical data (of a chart the identity
        /// alone) and cannot reveal the patient of an audit event.
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
        /// Reads their own data only.
        Patient = "patient",
        /// A machine (API client).
        Integration = "integration",
    }
);

words!(
    /// A permission that a role grants.
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
        /// See patient demographics.
        PatientData = "patient_data",
        /// See and write clinical data.
        MedicalRecords = "medical_records",
        /// See and record insurance coverage.
        Coverage = "coverage",
        /// Charge a patient.
        PatientBilling = "patient_billing",
        /// Read the audit log.
        AuditRead = "audit_read",
        /// Reveal the patient of an audit event.
        AuditUnmask = "audit_unmask",
        /// Manage compliance records: alerts, holds, inventory.
        ComplianceManage = "compliance_manage",
        /// Call the API as a machine.
        ApiAccess = "api_access",
    }
);

impl Role {
    /// The permissions of a role.
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
