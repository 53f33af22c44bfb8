//! Policies as code: what is required, and what was measured.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Standards that the policies are derived from; not certifications.
pub const STANDARDS: [&str; 5] = ["HIPAA", "PCI_DSS", "SOC2", "ISO27001", "SOX"];

/// A requirement, and the control under which services report evidence of it.
pub struct Requirement {
    /// Name in the response.
    pub name: &'static str,
    /// What is required.
    pub requirement: &'static str,
    /// Name in evidence.
    pub control: &'static str,
}

const fn requires(name: &'static str, requirement: &'static str, control: &'static str) -> Requirement {
    Requirement {
        name,
        requirement,
        control,
    }
}

/// Security policies.
pub const POLICIES: [Requirement; 7] = [
    requires(
        "secrets_management",
        "aws_secrets_manager_required",
        "secrets_management",
    ),
    requires("encryption_at_rest", "aes_256_required", "encryption_at_rest"),
    requires("encryption_in_transit", "tls_1_2_minimum", "encryption_in_transit"),
    requires("phi_protection", "automatic_masking_enabled", "phi_protection"),
    requires("audit_logging", "comprehensive_hipaa_compliant", "audit_logging"),
    requires("api_authentication", "jwt_with_role_validation", "api_authentication"),
    requires("data_retention", "hipaa_7_year_minimum", "data_retention"),
];

/// Handling of patient data.
pub const HANDLING: [Requirement; 3] = [
    requires("minimum_necessary_standard", "enforced", "minimum_necessary"),
    requires("access_logging", "all_phi_access_logged", "access_logging"),
    requires("data_masking", "automatic_for_non_medical_staff", "data_masking"),
];

/// What a service measured of a control.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Finding {
    /// The service that measured; filled in here.
    #[serde(default)]
    pub service: String,
    #[serde(skip_serializing)]
    pub control: String,
    /// Whether it holds there.
    pub holds: bool,
    /// The result, as a figure or fact.
    pub found: String,
    /// How it was measured.
    pub method: String,
    pub checked_at: DateTime<Utc>,
}

/// Whether a requirement is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ControlStatus {
    /// Every finding holds.
    Met,
    /// At least one finding does not hold.
    NotMet,
    /// Nothing was measured, or not everywhere where it must be.
    Unknown,
}

/// A requirement and its measurement.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Control {
    /// What is required.
    pub requirement: &'static str,
    /// Whether it is met.
    pub status: ControlStatus,
    /// What was measured, as a sentence.
    pub measured: String,
    /// How it was measured.
    pub method: String,
    /// Time of the oldest finding; null where there is none.
    pub checked_at: Option<DateTime<Utc>>,
    /// Every finding.
    pub evidence: Vec<Finding>,
}

/// All findings of one moment.
#[derive(Debug, Clone)]
pub struct Measured {
    /// By control.
    pub findings: BTreeMap<String, Vec<Finding>>,
    /// Services that reported no evidence.
    pub silent: Vec<String>,
    /// Controls that could not be measured everywhere where they must be.
    pub incomplete: BTreeSet<&'static str>,
    pub checked_at: DateTime<Utc>,
}

impl Measured {
    /// What was measured of `requirement`.
    pub fn control(&self, requirement: &Requirement) -> Control {
        let evidence = self.findings.get(requirement.control).cloned().unwrap_or_default();
        let incomplete = self.incomplete.contains(requirement.control);
        let failing: Vec<_> = evidence.iter().filter(|finding| !finding.holds).collect();
        let status = if !failing.is_empty() {
            ControlStatus::NotMet
        } else if evidence.is_empty() || incomplete {
            ControlStatus::Unknown
        } else {
            ControlStatus::Met
        };
        let list = |findings: &[&Finding]| {
            let texts: Vec<_> = findings.iter().map(|f| format!("{}: {}", f.service, f.found)).collect();
            texts.join("; ")
        };
        let mut measured = match status {
            ControlStatus::NotMet => list(&failing),
            _ if evidence.is_empty() => "nothing was measured".to_owned(),
            _ => list(&evidence.iter().collect::<Vec<_>>()),
        };
        if incomplete {
            measured.push_str("; not every service could be checked");
        }
        let methods: BTreeSet<_> = evidence.iter().map(|finding| finding.method.as_str()).collect();
        let method = if methods.is_empty() {
            "no service reports evidence of this control".to_owned()
        } else {
            methods.into_iter().collect::<Vec<_>>().join("; ")
        };
        Control {
            requirement: requirement.requirement,
            status,
            measured,
            method,
            checked_at: evidence.iter().map(|finding| finding.checked_at).min(),
            evidence,
        }
    }
}
