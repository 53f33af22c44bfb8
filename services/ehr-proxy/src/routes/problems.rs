//! Errors of actions as problems.

use crate::{
    actions::{
        ChartError, list_consents::ListConsentsError, record_consent::RecordConsentError,
        set_connection::SetConnectionError,
    },
    domain::Refusal,
    gateway::EhrError,
};
use mc_chassis::http::Problem;
use mc_vocabulary::problem;

/// `Retry-After` in seconds if the EHR states none.
const DEFAULT_RETRY_S: u64 = 5;

impl From<ChartError> for Problem {
    fn from(error: ChartError) -> Self {
        match &error {
            ChartError::Refused(refusal) => {
                let kind = match refusal {
                    Refusal::NoConsent | Refusal::ConsentDenied(_) => problem::CONSENT_REQUIRED,
                    _ => problem::FORBIDDEN,
                };
                Self::new(kind).detail(refusal_detail(*refusal))
            }
            ChartError::NotConnected => Self::new(problem::CONFLICT)
                .detail("This organization has no EHR connection yet; an administrator sets it with PUT /api/v1/integrations/ehr/connection."),
            ChartError::JustificationIdentifies => Self::new(problem::UNPROCESSABLE)
                .at("header:X-Access-Justification", "identifies the patient; state why the chart is needed, without name or birth date"),
            ChartError::VersionMismatch => Self::new(problem::PRECONDITION_FAILED),
            ChartError::Ehr(cause) => of_ehr(cause),
            ChartError::Audit(cause) => {
                tracing::error!(error.message = %cause, "an audit record cannot be stored; nothing is disclosed");
                Self::unavailable("The access cannot be recorded now, so nothing is disclosed or changed. Try again shortly.")
            }
            ChartError::AuditAfterChange(cause) => {
                tracing::error!(error.message = %cause, "the outcome of a change cannot be recorded; the attempt is recorded");
                Self::unavailable("The change was made in the EHR, but its outcome cannot be recorded now. Sending the same again is safe.")
            }
            ChartError::Store(_) => Self::internal(&error),
        }
    }
}

/// Detail of the 403 of callers who open no charts.
pub const CHART_FORBIDDEN_DETAIL: &str = "Medical staff access required for patient data";

/// Detail of the 403 of callers who do not record this patient's decisions.
pub const RECORD_FORBIDDEN_DETAIL: &str =
    "Only the patient, front desk, clinicians and administrators record consents.";

/// Detail of the 403 of callers who do not read this patient's decisions.
pub const LIST_FORBIDDEN_DETAIL: &str = "Only the patient, front desk, clinicians and administrators read consents.";

/// Code and detail of the refusal in `decision`.
pub fn refusal(decision: Result<(), Refusal>) -> (&'static str, &'static str) {
    let refusal = decision.err().unwrap_or(Refusal::NotMedicalStaff);
    (refusal.reason(), refusal_detail(refusal))
}

/// Detail of a refusal.
fn refusal_detail(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::NotMedicalStaff => CHART_FORBIDDEN_DETAIL,
        Refusal::OverrideNotAllowed => "Emergency override requires medical staff credentials",
        Refusal::PurposeNotAllowed => "The caller's role does not serve this purpose of use.",
        // Whether the patient decided at all is not disclosed.
        Refusal::NoConsent | Refusal::ConsentDenied(_) => {
            "Record the consent with POST /api/v1/integrations/ehr/consents. In an emergency a doctor may send X-Emergency-Override: true."
        }
    }
}

/// A failure of an EHR as a problem. Contains nothing that the EHR wrote.
fn of_ehr(error: &EhrError) -> Problem {
    tracing::warn!(error.message = %error, error.kind = error.kind(), "the call to the EHR failed");
    match error {
        EhrError::Unavailable { retry_after, .. } => {
            let seconds = retry_after.map_or(DEFAULT_RETRY_S, |wait| wait.as_secs().max(1));
            Problem::unavailable("The EHR is unavailable.").retry_after_s(seconds)
        }
        EhrError::NotFound => Problem::new(problem::NOT_FOUND),
        EhrError::Forbidden => {
            Problem::new(problem::FORBIDDEN).detail("The EHR's own policy protects this record; request access there.")
        }
        EhrError::VersionConflict => Problem::new(problem::PRECONDITION_FAILED),
        EhrError::Refused { status: 422 } => {
            Problem::new(problem::UNPROCESSABLE).detail("The EHR does not accept the change.")
        }
        EhrError::Refused { .. } | EhrError::UnreadableResponse(_) => Problem::new(problem::BAD_GATEWAY),
        EhrError::Bounds(_) | EhrError::Setup(_) => Problem::new(problem::BAD_GATEWAY)
            .detail("The connection to the EHR is misconfigured; an administrator must correct it."),
    }
}

impl From<RecordConsentError> for Problem {
    fn from(error: RecordConsentError) -> Self {
        match error {
            RecordConsentError::InvalidRecorder => Self::new(problem::FORBIDDEN).detail(RECORD_FORBIDDEN_DETAIL),
            RecordConsentError::InOwnFavour => Self::new(problem::FORBIDDEN)
                .detail("This consent would open the chart to the user who records it; someone else must record it."),
            RecordConsentError::NotTheirVisit => {
                Self::new(problem::UNPROCESSABLE).at("/encounter_id", "is not a visit of this patient")
            }
            RecordConsentError::Lookup(cause) => cause.into(),
            RecordConsentError::Store(_) => Self::internal(&error),
        }
    }
}

impl From<ListConsentsError> for Problem {
    fn from(error: ListConsentsError) -> Self {
        match error {
            ListConsentsError::InvalidReader => Self::new(problem::FORBIDDEN).detail(LIST_FORBIDDEN_DETAIL),
            ListConsentsError::Store(_) => Self::internal(&error),
        }
    }
}

/// A connection outside of a bound of its secret.
fn outside(field: &str) -> Problem {
    let (place, detail) = match field {
        "base_url" => ("/base_url", "is not an address for which this secret may be used"),
        "token_origin" => (
            "/base_url",
            "names a token endpoint for which this secret may not be used",
        ),
        "scopes" => ("/scope", "contains a scope that this secret does not allow"),
        _ => ("/secret_name", "may not be used by this organization"),
    };
    Problem::new(problem::UNPROCESSABLE).at(place, detail)
}

impl From<SetConnectionError> for Problem {
    fn from(error: SetConnectionError) -> Self {
        match &error {
            SetConnectionError::Address(_) => Self::new(problem::UNPROCESSABLE).at(
                "/base_url",
                "expected an https address outside private networks, without query",
            ),
            SetConnectionError::Secret(field) => Self::new(problem::UNPROCESSABLE).at(
                "/secret_name",
                format!("field {field} of the secret is missing or invalid"),
            ),
            SetConnectionError::Outside(field) => outside(field),
            SetConnectionError::SecretsUnavailable(cause) => {
                tracing::warn!(error.message = %cause, "the secrets manager is unavailable");
                Self::unavailable("The secrets manager is unavailable. Nothing was changed; try again shortly.")
            }
            SetConnectionError::SecretTaken => {
                Self::new(problem::CONFLICT).at("/secret_name", "belongs to another connection")
            }
            SetConnectionError::Store(_) => Self::internal(&error),
        }
    }
}
