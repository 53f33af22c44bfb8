//! Failures of an EHR. They contain nothing that the EHR wrote: its texts may be patient data.

use crate::domain::BoundsError;
use mc_fhir::{FhirError, UpstreamIssue, read_outcome};
use mc_keyring::SecretsError;
use mc_upstream::{Answer, UpstreamError};
use std::time::Duration;

/// Codes of Epic for records closed by its own policy (break the glass); a retry does not help.
const POLICY_CODES: [&str; 3] = ["4130", "4131", "4134"];

/// Why a call to an EHR failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EhrError {
    /// Unavailable.
    #[error("the EHR is unavailable: {kind}")]
    Unavailable {
        /// Kind of failure, for logs.
        kind: &'static str,
        /// When to retry, if known.
        retry_after: Option<Duration>,
        /// Whether it may have acted on the request.
        may_have_acted: bool,
    },
    /// The resource does not exist.
    #[error("the EHR has no such resource")]
    NotFound,
    /// Its own policy, or the granted scope, closes the record.
    #[error("the EHR denies access")]
    Forbidden,
    /// The resource has changed since it was read.
    #[error("the resource has changed in the EHR")]
    VersionConflict,
    /// It refused a valid request.
    #[error("the EHR refuses the request with {status}")]
    Refused {
        /// Status of the response.
        status: u16,
    },
    /// Its response is not FHIR R4, or not about the requested patient.
    #[error("the EHR returned an invalid response: {0}")]
    UnreadableResponse(&'static str),
    /// The connection's secret may not be used for it. Nothing was signed or sent.
    #[error("the connection is refused: {0}")]
    Bounds(#[from] BoundsError),
    /// The connection's settings or credentials are invalid.
    #[error("the connection is misconfigured: {0}")]
    Setup(&'static str),
}

impl EhrError {
    /// A stable name for audit records and logs.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Unavailable { kind, .. } => kind,
            Self::NotFound => "not_found",
            Self::Forbidden => "ehr_policy",
            Self::VersionConflict => "version_conflict",
            Self::Refused { .. } => "refused",
            Self::UnreadableResponse(_) => "unreadable_response",
            Self::Bounds(_) => "bounds",
            Self::Setup(_) => "setup",
        }
    }

    /// Whether the EHR may have acted on the request.
    pub fn may_have_acted(&self) -> bool {
        matches!(
            self,
            Self::Unavailable {
                may_have_acted: true,
                ..
            }
        )
    }

    /// The meaning of an unsuccessful response.
    pub(super) fn of(answer: &Answer) -> Self {
        let issues = read_outcome(&answer.body).unwrap_or_default();
        match answer.status.as_u16() {
            _ if is_policy(&issues) => Self::Forbidden,
            403 => Self::Forbidden,
            404 | 410 => Self::NotFound,
            409 | 412 => Self::VersionConflict,
            401 => Self::Setup("the EHR rejects the token that it issued"),
            300..=399 => Self::UnreadableResponse("a redirection"),
            status => Self::Refused { status },
        }
    }
}

/// Whether one of the issues states that the EHR's own policy closes the record.
pub(super) fn is_policy(issues: &[UpstreamIssue]) -> bool {
    let mut codes = issues.iter().flat_map(|issue| &issue.codings);
    codes.any(|coding| POLICY_CODES.contains(&coding.code.as_str()))
}

impl From<UpstreamError> for EhrError {
    fn from(error: UpstreamError) -> Self {
        match error {
            UpstreamError::AddressRefused => Self::Setup("the address is not allowed"),
            UpstreamError::InvalidRequest => Self::Setup("the address cannot be called"),
            UpstreamError::BodyTooLarge { .. } => Self::UnreadableResponse("the response is too long"),
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
