//! What callers are told when it does not work.

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

/// Seconds until an EHR that says nothing about it is worth another try.
const RETRY_DEFAULT_S: u64 = 5;

impl From<ChartError> for Problem {
    fn from(error: ChartError) -> Self {
        match &error {
            ChartError::Refused(refusal) => Self::new(problem::FORBIDDEN).detail(told(*refusal)),
            ChartError::NotConnected => Self::new(problem::CONFLICT)
                .detail("This organisation has no EHR connection yet; an administrator sets it with PUT /api/v1/integrations/ehr/connection."),
            ChartError::JustificationIdentifies => Self::new(problem::UNPROCESSABLE)
                .at("header:X-Access-Justification", "says who the patient is; say why the chart is needed, without name or birth date"),
            ChartError::VersionMismatch => Self::new(problem::PRECONDITION_FAILED),
            ChartError::Ehr(cause) => of_ehr(cause),
            ChartError::Audit(cause) => {
                tracing::error!(error.message = %cause, "an audit record cannot be stored; nothing is disclosed");
                Self::unavailable("The access cannot be recorded now, so nothing is disclosed or changed. Try again shortly.")
            }
            ChartError::AuditAfterChange(cause) => {
                tracing::error!(error.message = %cause, "the record of a change's end cannot be stored; that it was tried is recorded");
                Self::unavailable("The change was made in the EHR, but how it ended cannot be recorded now. Sending the same again is safe.")
            }
            ChartError::Store(_) => Self::internal(&error),
        }
    }
}

/// What the caller is told of a refusal (A10, A11).
fn told(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::NotMedicalStaff => "Medical staff access required for patient data",
        Refusal::OverrideNotAllowed => "Emergency override requires medical staff credentials",
        Refusal::PurposeNotAllowed => "The caller's role does not serve this purpose of use.",
        // Whether they said no or nothing is theirs to tell.
        Refusal::NoConsent | Refusal::ConsentDenied(_) => {
            "The patient's consent is missing. In an emergency a doctor may send X-Emergency-Override: true."
        }
    }
}

/// What the caller is told of an EHR. Nothing that the EHR wrote.
fn of_ehr(error: &EhrError) -> Problem {
    tracing::warn!(error.message = %error, error.kind = error.kind(), "the EHR gave no answer that helps");
    match error {
        EhrError::Unavailable { retry_after, .. } => {
            let seconds = retry_after.map_or(RETRY_DEFAULT_S, |wait| wait.as_secs().max(1));
            Problem::unavailable("The EHR is not answering now.").retry_after_s(seconds)
        }
        EhrError::NotFound => Problem::new(problem::NOT_FOUND),
        EhrError::Forbidden => {
            Problem::new(problem::FORBIDDEN).detail("The EHR's own policy protects this record; ask for access there.")
        }
        EhrError::VersionConflict => Problem::new(problem::PRECONDITION_FAILED),
        EhrError::Refused { status: 422 } => {
            Problem::new(problem::UNPROCESSABLE).detail("The EHR does not accept the change.")
        }
        EhrError::Refused { .. } | EhrError::Garbage(_) => Problem::new(problem::BAD_GATEWAY),
        EhrError::Setup(_) => Problem::new(problem::BAD_GATEWAY)
            .detail("The connection to the EHR does not work as it is set up; an administrator must look at it."),
    }
}

impl From<RecordConsentError> for Problem {
    fn from(error: RecordConsentError) -> Self {
        match error {
            RecordConsentError::InvalidRecorder => Self::new(problem::FORBIDDEN)
                .detail("Only the patient, front desk, clinicians and administrators write consents down."),
            RecordConsentError::InOwnFavour => Self::new(problem::FORBIDDEN).detail(
                "This consent would open the chart to the one who writes it down; somebody else must write it down.",
            ),
            RecordConsentError::NotTheirVisit => {
                Self::new(problem::UNPROCESSABLE).at("/encounter_id", "is no visit of this patient")
            }
            RecordConsentError::Lookup(cause) => cause.into(),
            RecordConsentError::Store(_) => Self::internal(&error),
        }
    }
}

impl From<ListConsentsError> for Problem {
    fn from(error: ListConsentsError) -> Self {
        match error {
            ListConsentsError::InvalidReader => Self::new(problem::FORBIDDEN)
                .detail("Only the patient, front desk, clinicians and administrators read consents."),
            ListConsentsError::Store(_) => Self::internal(&error),
        }
    }
}

impl From<SetConnectionError> for Problem {
    fn from(error: SetConnectionError) -> Self {
        match &error {
            SetConnectionError::Address(_) => Self::new(problem::UNPROCESSABLE).at(
                "/base_url",
                "expected an https address outside our own network, without query",
            ),
            SetConnectionError::Secret(field) => Self::new(problem::UNPROCESSABLE).at(
                "/secret_name",
                format!("field {field} of the secret is missing or not usable"),
            ),
            SetConnectionError::SecretsAway(cause) => {
                tracing::warn!(error.message = %cause, "the secrets manager is away");
                Self::unavailable("The secrets manager is not answering; nothing was changed. Try again shortly.")
            }
            SetConnectionError::SecretTaken => {
                Self::new(problem::CONFLICT).at("/secret_name", "belongs to another connection")
            }
            SetConnectionError::Store(_) => Self::internal(&error),
        }
    }
}
