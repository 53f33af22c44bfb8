//! Why an EHR gave no answer that helps. Holds nothing that the EHR wrote: its texts may be patient data.

use mc_fhir::{FhirError, UpstreamIssue, read_outcome};
use mc_keyring::SecretsError;
use mc_upstream::{Answer, UpstreamError};
use std::time::Duration;

/// Codes by which Epic says that its own policy closes a record (break the glass): asking again does not help.
const POLICY_CODES: [&str; 3] = ["4130", "4131", "4134"];

/// Why an EHR gave no answer that helps.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EhrError {
    /// Not answering, or not now.
    #[error("the EHR is not available: {kind}")]
    Unavailable {
        /// Kind of failure, for logs.
        kind: &'static str,
        /// When to try again, where that is known.
        retry_after: Option<Duration>,
        /// Whether it may have done what was asked.
        may_have_acted: bool,
    },
    /// It knows no such resource.
    #[error("the EHR has no such resource")]
    NotFound,
    /// Its own policy, or the scope it gave us, closes the record.
    #[error("the EHR does not let us")]
    Forbidden,
    /// The resource has changed since it was read.
    #[error("the resource has changed in the EHR")]
    VersionConflict,
    /// It understood and does not accept.
    #[error("the EHR refuses the request with {status}")]
    Refused {
        /// Its status.
        status: u16,
    },
    /// Its answer is not FHIR R4, or not about the patient asked for.
    #[error("the EHR's answer makes no sense: {0}")]
    UnreadableResponse(&'static str),
    /// The connection's settings or credentials are wrong.
    #[error("the connection is not set up: {0}")]
    Setup(&'static str),
}

impl EhrError {
    /// A stable word for audit records and logs.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Unavailable { kind, .. } => kind,
            Self::NotFound => "not_found",
            Self::Forbidden => "ehr_policy",
            Self::VersionConflict => "version_conflict",
            Self::Refused { .. } => "refused",
            Self::UnreadableResponse(_) => "unreadable_response",
            Self::Setup(_) => "setup",
        }
    }

    /// Whether the EHR may have done what was asked.
    pub fn may_have_acted(&self) -> bool {
        matches!(
            self,
            Self::Unavailable {
                may_have_acted: true,
                ..
            }
        )
    }

    /// What an answer that is no success means.
    pub(super) fn of(answer: &Answer) -> Self {
        let issues = read_outcome(&answer.body).unwrap_or_default();
        match answer.status.as_u16() {
            _ if is_policy(&issues) => Self::Forbidden,
            403 => Self::Forbidden,
            404 | 410 => Self::NotFound,
            409 | 412 => Self::VersionConflict,
            401 => Self::Setup("the EHR does not accept the token it gave"),
            300..=399 => Self::UnreadableResponse("a redirection"),
            status => Self::Refused { status },
        }
    }
}

/// Whether one of the issues says that the EHR's own policy closes the record.
pub(super) fn is_policy(issues: &[UpstreamIssue]) -> bool {
    let mut codes = issues.iter().flat_map(|issue| &issue.codings);
    codes.any(|coding| POLICY_CODES.contains(&coding.code.as_str()))
}

impl From<UpstreamError> for EhrError {
    fn from(error: UpstreamError) -> Self {
        match error {
            UpstreamError::AddressRefused => Self::Setup("the address is not one that may be called"),
            UpstreamError::InvalidRequest => Self::Setup("the address cannot be called"),
            UpstreamError::BodyTooLarge { .. } => Self::UnreadableResponse("the answer is too long"),
            other => Self::Unavailable {
                kind: other.kind(),
                retry_after: other.retry_after(),
                may_have_acted: other.may_have_acted(),
            },
        }
    }
}

impl From<FhirError> for EhrError {
    fn from(_: FhirError) -> Self {
        Self::UnreadableResponse("not a FHIR resource")
    }
}

impl From<SecretsError> for EhrError {
    fn from(error: SecretsError) -> Self {
        tracing::warn!(error.message = %error, "the credentials of an EHR connection cannot be read");
        match error {
            SecretsError::Unavailable { .. } => Self::Unavailable {
                kind: "secrets_manager",
                retry_after: None,
                may_have_acted: false,
            },
            _ => Self::Setup("its secret is missing or incomplete"),
        }
    }
}
