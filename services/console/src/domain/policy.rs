//! Policies as code (P1, P2): what is required, and what was measured of it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Standards that the policies are drawn from; not certificates.
pub const STANDARDS: [&str; 5] = ["HIPAA", "PCI_DSS", "SOC2", "ISO27001", "SOX"];

/// One thing that is required, and the control under which services report evidence of it.
pub struct Requirement {
    /// Name in the answer.
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

/// P1.
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

/// P2.
pub const HANDLING: [Requirement; 3] = [
    requires("minimum_necessary_standard", "enforced", "minimum_necessary"),
    requires("access_logging", "all_phi_access_logged", "access_logging"),
    requires("data_masking", "automatic_for_non_medical_staff", "data_masking"),
];

/// What somebody found of a control.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Finding {
    /// Who looked; filled in here.
    #[serde(default)]
    pub service: String,
    /// Of which control.
    #[serde(skip_serializing)]
    pub control: String,
    /// Whether it holds there.
    pub holds: bool,
    /// What was found, as a figure or fact.
    pub found: String,
    /// How it was looked at.
    pub method: String,
    /// When.
    pub checked_at: DateTime<Utc>,
}

/// Whether a requirement is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ControlStatus {
    /// Everything that was found says so.
    Met,
    /// Something that was found says no.
    NotMet,
    /// Nothing was found, or not everywhere where it has to be looked at.
    Unknown,
}

/// A requirement and its measurement.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Control {
    /// What is required.
    pub requirement: &'static str,
    /// Whether it is met.
    pub status: ControlStatus,
    /// What was measured, in a sentence.
    pub measured: String,
    /// How.
    pub method: String,
    /// When: the oldest finding; null where there is none.
    pub checked_at: Option<DateTime<Utc>>,
    /// Every finding.
    pub evidence: Vec<Finding>,
}

/// All findings of one moment.
#[derive(Debug, Clone)]
pub struct Measured {
    /// By control.
    pub findings: BTreeMap<String, Vec<Finding>>,
    /// Services that did not say what they measure.
    pub silent: Vec<&'static str>,
    /// Controls that could not be looked at everywhere where they have to be.
    pub incomplete: BTreeSet<&'static str>,
    /// When.
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
        let told = |findings: &[&Finding]| {
            let words: Vec<_> = findings.iter().map(|f| format!("{}: {}", f.service, f.found)).collect();
            words.join("; ")
        };
        let mut measured = match status {
            ControlStatus::NotMet => told(&failing),
            _ if evidence.is_empty() => "nothing was measured".to_owned(),
            _ => told(&evidence.iter().collect::<Vec<_>>()),
        };
        if incomplete {
            measured.push_str("; not every service could be looked at");
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
