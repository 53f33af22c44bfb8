//! What reading and writing a chart share: who may, with whose consent, and what of it is recorded.

use crate::{
    AppState,
    domain::{Connection, ConsentDecision, Justification, Reader, Refusal, authorize, may_document},
    gateway::{EhrError, Versioned},
    store::{connections, consents},
};
use mc_access::{Principal, tenancy};
use mc_chassis::http::Origin;
use mc_contracts::{AuditRecord, Interaction, Outcome};
use mc_fhir::{Resource, subject_patient_id};
use mc_vocabulary::{EncounterId, PatientId};

/// Why a chart was not read or changed.
#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    /// The caller may not. Recorded.
    #[error("refused")]
    Refused(#[from] Refusal),
    /// The organisation has no EHR.
    #[error("the organisation has no EHR connection")]
    NotConnected,
    /// The justification says whose chart it is. Recorded, without the justification.
    #[error("the justification identifies the patient")]
    JustificationIdentifies,
    /// The caller meant another version than the EHR holds.
    #[error("the version is not the one meant")]
    VersionMismatch,
    /// The EHR.
    #[error("the EHR gave no answer that helps")]
    Ehr(#[from] EhrError),
    /// Nothing is disclosed or changed without its record.
    #[error("the audit record cannot be stored")]
    Audit(#[source] sqlx::Error),
    /// The EHR has the change, the record of how it ended is missing; the record that it was tried stands.
    #[error("the change was made, the audit record of its end cannot be stored")]
    AuditAfterChange(#[source] sqlx::Error),
    /// The store.
    #[error("consents and connections cannot be read")]
    Store(#[from] sqlx::Error),
}

/// The caller's reasons for opening a chart.
#[derive(Debug, Clone, Default)]
pub struct Opening {
    /// Why, in their words.
    pub justification: Option<Justification>,
    /// Whether a doctor breaks the glass where the consent is missing.
    pub emergency: bool,
}

/// Refuses, and records, whoever opens no charts at all.
///
/// # Errors
/// [`ChartError::Refused`], or [`ChartError::Audit`] where the refusal cannot be recorded.
pub async fn authorize_reader(
    state: &AppState,
    patient_id: &PatientId,
    emergency: bool,
    caller: &Principal,
    origin: &Origin,
) -> Result<(), ChartError> {
    let Err(refusal) = authorize(&caller.roles, caller.is_self(patient_id), emergency) else {
        return Ok(());
    };
    let record = read_record(state, caller, origin, patient_id);
    Err(refuse(state, caller, record, refusal).await)
}

/// Refuses, and records, whoever does not write into charts.
///
/// # Errors
/// As [`admit_reader`].
pub async fn authorize_writer(
    state: &AppState,
    encounter_id: &EncounterId,
    emergency: bool,
    caller: &Principal,
    origin: &Origin,
) -> Result<(), ChartError> {
    let Err(refusal) = may_document(&caller.roles, emergency) else {
        return Ok(());
    };
    let record = write_record(state, caller, origin, encounter_id);
    Err(refuse(state, caller, record, refusal).await)
}

/// The record of a read, to be completed.
pub(super) fn read_record(
    state: &AppState,
    caller: &Principal,
    origin: &Origin,
    patient_id: &PatientId,
) -> AuditRecord {
    state
        .mailbox
        .audit_of("ehr.patient_summary.read", Interaction::Read, caller, origin)
        .entity("Patient", patient_id)
        .patient(patient_id.clone())
}

/// The record of a change, to be completed.
pub(super) fn write_record(
    state: &AppState,
    caller: &Principal,
    origin: &Origin,
    encounter_id: &EncounterId,
) -> AuditRecord {
    state
        .mailbox
        .audit_of("ehr.encounter.update", Interaction::Update, caller, origin)
        .entity("Encounter", encounter_id)
}

/// The record of a broken glass (A11).
pub(super) fn override_record(
    state: &AppState,
    caller: &Principal,
    origin: &Origin,
    patient_id: &PatientId,
    reader: &Reader,
    words: &str,
) -> AuditRecord {
    state
        .mailbox
        .audit_of("ehr.emergency_override", Interaction::Execute, caller, origin)
        .entity("Patient", patient_id)
        .patient(patient_id.clone())
        .purpose(reader.purpose)
        .justified(words)
        .emergency()
        .detail("reason", "medical_emergency")
}

/// Records a refusal; gives the error that the caller gets.
pub(super) async fn refuse(state: &AppState, caller: &Principal, record: AuditRecord, refusal: Refusal) -> ChartError {
    let mut record = record
        .outcome(Outcome::Denied)
        .detail("reason", refusal.reason())
        // A refusal keeps the rules as an answer does.
        .validated(false);
    if let Some(consent_id) = refusal.consent_id() {
        record = record.detail("consent_id", consent_id.to_string());
    }
    match state.mailbox.enqueue_now(Some(caller.organization_id), &record).await {
        Ok(()) => refusal.into(),
        Err(error) => ChartError::Audit(error),
    }
}

/// Records that it did not work; gives the error that the caller gets.
pub(super) async fn fail(state: &AppState, caller: &Principal, record: AuditRecord, error: ChartError) -> ChartError {
    let (outcome, reason) = match &error {
        ChartError::Ehr(EhrError::Forbidden) => (Outcome::Denied, "ehr_policy"),
        ChartError::Ehr(error) => (Outcome::Failure, error.kind()),
        ChartError::JustificationIdentifies => (Outcome::Denied, "justification_identifies_patient"),
        ChartError::VersionMismatch => (Outcome::Failure, "version_conflict"),
        ChartError::NotConnected => (Outcome::Failure, "no_connection"),
        _ => (Outcome::Failure, "fault"),
    };
    let record = record.outcome(outcome).detail("reason", reason);
    match state.mailbox.enqueue_now(Some(caller.organization_id), &record).await {
        Ok(()) => error,
        Err(error) => ChartError::Audit(error),
    }
}

/// The organisation's connection.
pub(super) async fn connection(state: &AppState, caller: &Principal) -> Result<Connection, ChartError> {
    let mut transaction = tenancy::begin(&state.pool, caller.organization_id).await?;
    connections::find(&mut transaction, caller.organization_id)
        .await?
        .ok_or(ChartError::NotConnected)
}

/// Whose visit it is.
pub(super) fn patient_of(encounter: &Versioned) -> Result<PatientId, EhrError> {
    let id = subject_patient_id(&encounter.resource).and_then(|id| id.parse().ok());
    id.ok_or(EhrError::Garbage("an encounter without a patient of this EHR"))
}

/// Whether the patient permits the caller the chart, for every visit or for this one. Without a decision: no. A refusal says which
/// decision decided.
pub(super) async fn permitted(
    state: &AppState,
    caller: &Principal,
    patient_id: &PatientId,
    encounter_id: Option<&EncounterId>,
) -> Result<Result<(), Refusal>, sqlx::Error> {
    let mut transaction = tenancy::begin(&state.pool, caller.organization_id).await?;
    let organization_id = caller.organization_id;
    let decision = consents::find_treatment_decision(
        &mut transaction,
        organization_id,
        patient_id,
        caller.user_id(),
        encounter_id,
    )
    .await?;
    Ok(match decision {
        Some((_, ConsentDecision::Permit)) => Ok(()),
        Some((id, ConsentDecision::Deny)) => Err(Refusal::ConsentDenied(id)),
        None => Err(Refusal::NoConsent),
    })
}

/// Refuses words that say whose chart it is: they would stay in the audit log for years.
pub(super) fn check_words(justification: Option<&Justification>, patient: &Resource) -> Result<(), ChartError> {
    match justification {
        Some(justification) if justification.identifies(patient) => Err(ChartError::JustificationIdentifies),
        _ => Ok(()),
    }
}
