//! What kind of event it is: `AuditEvent.type`, `subtype` and the BALP profile that goes with them.

use crate::code::{self, Code};

/// A RESTful interaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// A resource came into being.
    Create,
    /// A resource was looked at.
    Read,
    /// A resource was replaced or changed.
    Update,
    /// A resource was removed.
    Delete,
    /// Resources were looked for.
    Search,
}

/// What `AuditEvent.type` and `subtype` say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A RESTful interaction: BALP's basic profiles, or those with a patient.
    Rest(Verb),
    /// Somebody proved who they are, or tried to (DCM 110114 / 110122).
    Login,
    /// A sign-in ended (DCM 110114 / 110123).
    Logout,
    /// A sign-in went on; DICOM has no subtype for that (DCM 110114).
    SessionKept,
    /// A machine got an access token (IHE ITI-71).
    AccessToken,
    /// People, machines or their rights changed (DCM 110113 / 110137).
    UserSecurityChanged,
    /// How the system is protected or connected changed (DCM 110113 / 110129).
    SecurityConfiguration,
    /// Something that only few may do was done or tried (DCM 110113 / 110132).
    RestrictedFunction,
    /// Emergency access (break-glass) was started (DCM 110113 / 110127).
    EmergencyOverride,
    /// Emergency access ended (DCM 110113 / 110138).
    EmergencyOverrideEnded,
    /// A consent allowed or forbade something (DCM 110113, BALP `AuthZ-Consent`).
    ConsentDecision,
    /// Somebody read the audit log (DCM 110101).
    AuditLogUsed,
    /// Data left the system (DCM 110106).
    Export,
    /// Data came back into the system (DCM 110107).
    Import,
    /// Patient data was given to somebody outside, and must be accounted for (DCM 110106 /
    /// disclose).
    Disclosure,
    /// Something of which nothing more is known (DCM 110100).
    Other,
}

impl Verb {
    /// Code of `http://hl7.org/fhir/restful-interaction`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Read => "read",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Search => "search-type",
        }
    }

    /// `AuditEvent.action`.
    pub fn action(self) -> char {
        match self {
            Self::Create => 'C',
            Self::Read => 'R',
            Self::Update => 'U',
            Self::Delete => 'D',
            Self::Search => 'E',
        }
    }

    /// Last part of the profile's URL, after `Patient` or nothing.
    fn profile(self) -> &'static str {
        match self {
            Self::Create => "Create",
            Self::Read => "Read",
            Self::Update => "Update",
            Self::Delete => "Delete",
            Self::Search => "Query",
        }
    }
}

impl Kind {
    /// `AuditEvent.type`.
    pub fn category(self) -> Code {
        match self {
            Self::Rest(_) => code::REST,
            Self::Login | Self::Logout | Self::SessionKept | Self::AccessToken => {
                code::dcm("110114", "User Authentication")
            }
            Self::UserSecurityChanged
            | Self::SecurityConfiguration
            | Self::RestrictedFunction
            | Self::EmergencyOverride
            | Self::EmergencyOverrideEnded
            | Self::ConsentDecision => code::dcm("110113", "Security Alert"),
            Self::AuditLogUsed => code::dcm("110101", "Audit Log Used"),
            Self::Export | Self::Disclosure => code::dcm("110106", "Export"),
            Self::Import => code::dcm("110107", "Import"),
            Self::Other => code::dcm("110100", "Application Activity"),
        }
    }

    /// The first `AuditEvent.subtype`, where a standard has one.
    pub fn subtype(self) -> Option<Code> {
        Some(match self {
            Self::Rest(verb) => Code::new(code::RESTFUL_INTERACTION, verb.code(), verb.code()),
            Self::Login => code::dcm("110122", "Login"),
            Self::Logout => code::dcm("110123", "Logout"),
            Self::AccessToken => Code::new("urn:ihe:event-type-code", "ITI-71", "Get Access Token"),
            Self::UserSecurityChanged => code::dcm("110137", "User Security Attributes Changed"),
            Self::SecurityConfiguration => code::dcm("110129", "Security Configuration"),
            Self::RestrictedFunction => code::dcm("110132", "Use of Restricted Function"),
            Self::EmergencyOverride => code::dcm("110127", "Emergency Override Started"),
            Self::EmergencyOverrideEnded => code::dcm("110138", "Emergency Override Stopped"),
            Self::ConsentDecision => code::AUTHZ_CONSENT,
            Self::Disclosure => Code::new(code::LIFECYCLE, "disclose", "Disclose Record Lifecycle Event"),
            Self::SessionKept | Self::AuditLogUsed | Self::Export | Self::Import | Self::Other => return None,
        })
    }

    /// The profile that an event of this kind meets when all that the profile asks for is known.
    pub fn profile(self, with_patient: bool) -> Option<String> {
        let name = match self {
            Self::Rest(verb) if with_patient => return Some(balp(&format!("BasicAudit.Patient{}", verb.profile()))),
            Self::Rest(verb) => return Some(balp(&format!("BasicAudit.{}", verb.profile()))),
            Self::AccessToken => "IUA.71",
            Self::ConsentDecision => "BasicAudit.AuthZconsent",
            Self::Disclosure => "BasicAudit.PrivacyDisclosure.Source",
            _ => return None,
        };
        Some(balp(name))
    }
}

fn balp(name: &str) -> String {
    format!("https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.{name}")
}
