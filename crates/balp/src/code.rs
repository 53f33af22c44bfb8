//! Codes with their systems.

use serde_json::{Value, json};

pub(crate) const DCM: &str = "http://dicom.nema.org/resources/ontology/DCM";
pub(crate) const RESTFUL_INTERACTION: &str = "http://hl7.org/fhir/restful-interaction";
pub(crate) const LIFECYCLE: &str = "http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle";

/// System of our own action names; they stand as a further `subtype`.
pub const ACTION_SYSTEM: &str = "urn:medconnect:audit-action";
/// System of the reasons for a refusal or a fault.
pub const REASON_SYSTEM: &str = "urn:medconnect:audit-reason";
/// System of our roles.
pub const ROLE_SYSTEM: &str = "urn:medconnect:role";

pub(crate) const REST: Code = Code::new(
    "http://terminology.hl7.org/CodeSystem/audit-event-type",
    "rest",
    "RESTful Operation",
);
pub(crate) const AUTHZ_CONSENT: Code = Code::new(
    "https://profiles.ihe.net/ITI/BALP/CodeSystem/AuthZsubType",
    "AuthZ-Consent",
    "Authorization Decision using Roles and Consent",
);

/// A code with its system and the words for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// The system's URI.
    pub system: &'static str,
    /// The code.
    pub code: &'static str,
    /// The words.
    pub display: &'static str,
}

impl Code {
    pub(crate) const fn new(system: &'static str, code: &'static str, display: &'static str) -> Self {
        Self { system, code, display }
    }

    pub(crate) fn coding(self) -> Value {
        json!({ "system": self.system, "code": self.code, "display": self.display })
    }

    pub(crate) fn concept(self) -> Value {
        json!({ "coding": [self.coding()] })
    }
}

/// A code of DICOM's controlled terminology.
pub(crate) const fn dcm(code: &'static str, display: &'static str) -> Code {
    Code::new(DCM, code, display)
}

/// The security role of an agent: a person, an authorization server.
pub(crate) const fn security_role(code: &'static str, display: &'static str) -> Code {
    Code::new(
        "http://terminology.hl7.org/CodeSystem/extra-security-role-type",
        code,
        display,
    )
}

/// What an organisation is to care.
pub(crate) const fn role_class(code: &'static str, display: &'static str) -> Code {
    Code::new("http://terminology.hl7.org/CodeSystem/v3-RoleClass", code, display)
}
