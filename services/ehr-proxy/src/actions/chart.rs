//! Opening a chart: authorization, consent and the audit record.

use crate::{
    AppState,
    domain::{Connection, ConsentDecision, Justification, Purpose, Reader, Refusal},
    gateway::{EhrError, Versioned},
    store::{connections, consents},
};
use mc_access::{RequestContext, tenancy};
use mc_contracts::{AuditRecord, Interaction, Outcome};
use mc_fhir::{Resource, subject_patient_id};
use mc_vocabulary::{EncounterId, PatientId};

/// Why a chart was not read or changed.
#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    /// The caller may not open it. Recorded.
    #[error("refused")]
    Refused(#[from] Refusal),
    /// The organization has no EHR.
    #[error("the organization has no EHR connection")]
    NotConnected,
    /// The justification identifies the patient. Recorded, without the justification.
    #[error("the justification identifies the patient")]
    JustificationIdentifies,
    /// The EHR has another version than the caller named.
    #[error("the EHR has another version than the one named")]
    VersionMismatch,
    /// The EHR refused or failed.
    #[error("the call to the EHR failed")]
    Ehr(#[from] EhrError),
    /// The audit record cannot be stored; nothing is disclosed or changed.
    #[error("the audit record cannot be stored")]
    Audit(#[source] sqlx::Error),
    /// The EHR has the change and the record of the attempt exists; the record of the outcome is
    /// missing.
    #[error("the change was made, the audit record of its outcome cannot be stored")]
    AuditAfterChange(#[source] sqlx::Error),
    /// Consents or connections cannot be read.
    #[error("consents and connections cannot be read")]
    Store(#[from] sqlx::Error),
}

/// Why the caller opens a chart, from the request's headers.
#[derive(Debug, Clone, Default)]
pub struct AccessContext {
    /// The justification, in the caller's words.
    pub justification: Option<Justification>,
    /// Whether a doctor overrides a missing consent (emergency access, "break-glass").
    pub emergency: bool,
}

impl AccessContext {
    /// The caller's words; empty where none were given.
    pub fn words(&self) -> &str {
        self.justification.as_ref().map_or("", Justification::words)
    }
}

/// The chart that is to be opened.
pub struct ChartRequest<'a> {
    /// The patient whose chart is opened.
    pub patient_id: &'a PatientId,
    /// The visit that a consent may be limited to.
    pub encounter_id: Option<&'a EncounterId>,
    /// Purpose of use, if the caller states one.
    pub purpose: Option<Purpose>,
    /// Whether the caller may open their own chart this way.
    pub allow_own: bool,
    /// The reason for the access.
    pub access: &'a AccessContext,
}

/// A chart that the caller may use.
pub struct OpenChart {
    /// What the caller may see of it, and for which purpose.
    pub reader: Reader,
    /// Whether a missing consent was overridden.
    pub emergency: bool,
    /// The record of the access, to be completed and enqueued before anything is disclosed.
    pub record: AuditRecord,
}

/// Opens a chart: the role must serve the purpose, and the patient must have consented, unless it
/// is the caller's own chart or a doctor declares an emergency. A refusal is recorded as `record`.
///
/// # Errors
/// [`ChartError::Refused`]; [`ChartError::Audit`] if the refusal cannot be recorded;
/// [`ChartError::Store`] if consents cannot be read.
pub(super) async fn open_chart(
    context: &RequestContext,
    state: &AppState,
    request: ChartRequest<'_>,
    record: AuditRecord,
) -> Result<OpenChart, ChartError> {
    match choose_reader(context, state, request).await {
        Ok((reader, emergency)) => {
            let mut record = record.purpose(reader.purpose);
            record.emergency = emergency;
            Ok(OpenChart {
                reader,
                emergency,
                record,
            })
        }
        Err(ChartError::Refused(refusal)) => Err(refuse(context, state, record, refusal).await),
        Err(error) => Err(error),
    }
}

/// The capacity in which the caller opens the chart, and whether a missing consent is overridden.
async fn choose_reader(
    context: &RequestContext,
    state: &AppState,
    request: ChartRequest<'_>,
) -> Result<(Reader, bool), ChartError> {
    let caller = context.caller();
    let is_own = request.allow_own && caller.is_self(request.patient_id);
    let reader = Reader::new(&caller.roles, is_own, request.purpose)?;
    if !reader.needs_consent {
        return Ok((reader, false));
    }
    match missing_consent(context, state, request.patient_id, request.encounter_id).await? {
        None => Ok((reader, false)),
        Some(_) if request.access.emergency => Ok((Reader::emergency(&caller.roles)?, true)),
        Some(refusal) => Err(refusal.into()),
    }
}

/// Why the patient's consent does not cover the caller; None if it does. The latest decision that
/// applies counts, for every visit or for this one; without a decision access is refused.
async fn missing_consent(
    context: &RequestContext,
    state: &AppState,
    patient_id: &PatientId,
    encounter_id: Option<&EncounterId>,
) -> Result<Option<Refusal>, sqlx::Error> {
    let organization_id = context.organization_id();
    let mut transaction = tenancy::begin(&state.pool, organization_id).await?;
    let decision = consents::find_treatment_decision(
        &mut transaction,
        organization_id,
        patient_id,
        context.caller().user_id(),
        encounter_id,
    )
    .await?;
    Ok(match decision {
        Some((_, ConsentDecision::Permit)) => None,
        Some((id, ConsentDecision::Deny)) => Some(Refusal::ConsentDenied(id)),
        None => Some(Refusal::NoConsent),
    })
}

/// The record of a read, to be completed.
pub(super) fn read_record(context: &RequestContext, patient_id: &PatientId) -> AuditRecord {
    context
        .audit("ehr.patient_summary.read", Interaction::Read)
        .entity("Patient", patient_id)
        .patient(patient_id.clone())
}

/// The record of a change, to be completed.
pub(super) fn write_record(context: &RequestContext, encounter_id: &EncounterId) -> AuditRecord {
    context
        .audit("ehr.encounter.update", Interaction::Update)
        .entity("Encounter", encounter_id)
}

/// The record of an emergency access.
pub(super) fn override_record(
    context: &RequestContext,
    patient_id: &PatientId,
    reader: &Reader,
    words: &str,
) -> AuditRecord {
    context
        .audit("ehr.emergency_override", Interaction::Execute)
        .entity("Patient", patient_id)
        .patient(patient_id.clone())
        .purpose(reader.purpose)
        .justified(words)
        .emergency()
        .detail("reason", "medical_emergency")
}

/// Commits records in one transaction.
pub(super) async fn commit_records(
    context: &RequestContext,
    state: &AppState,
    records: &[AuditRecord],
) -> Result<(), sqlx::Error> {
    let organization_id = context.organization_id();
    let mut transaction = tenancy::begin(&state.pool, organization_id).await?;
    for record in records {
        state
            .mailbox
            .enqueue(&mut transaction, Some(organization_id), record)
            .await?;
    }
    transaction.commit().await
}

/// Records a refusal and returns the error for the caller.
async fn refuse(context: &RequestContext, state: &AppState, record: AuditRecord, refusal: Refusal) -> ChartError {
    let mut record = record
        .outcome(Outcome::Denied)
        .detail("reason", refusal.reason())
        .validated(false);
    if let Some(consent_id) = refusal.consent_id() {
        record = record.detail("consent_id", consent_id.to_string());
    }
    match commit_records(context, state, &[record]).await {
        Ok(()) => refusal.into(),
        Err(error) => ChartError::Audit(error),
    }
}

/// Records a failure and returns the error for the caller.
pub(super) async fn fail(
    context: &RequestContext,
    state: &AppState,
    record: AuditRecord,
    error: ChartError,
) -> ChartError {
    let (outcome, reason) = match &error {
        ChartError::Ehr(EhrError::Forbidden) => (Outcome::Denied, "ehr_policy"),
        ChartError::Ehr(error) => (Outcome::Failure, error.kind()),
        ChartError::JustificationIdentifies => (Outcome::Denied, "justification_identifies_patient"),
        ChartError::VersionMismatch => (Outcome::Failure, "version_conflict"),
        ChartError::NotConnected => (Outcome::Failure, "no_connection"),
        _ => (Outcome::Failure, "fault"),
    };
    let record = record.outcome(outcome).detail("reason", reason);
    match commit_records(context, state, &[record]).await {
        Ok(()) => error,
        Err(error) => ChartError::Audit(error),
    }
}

/// The organization's connection.
pub(super) async fn connection(context: &RequestContext, state: &AppState) -> Result<Connection, ChartError> {
    let organization_id = context.organization_id();
    let mut transaction = tenancy::begin(&state.pool, organization_id).await?;
    connections::find(&mut transaction, organization_id)
        .await?
        .ok_or(ChartError::NotConnected)
}

/// The patient of an Encounter.
pub(super) fn patient_of(encounter: &Versioned) -> Result<PatientId, EhrError> {
    let id = subject_patient_id(&encounter.resource).and_then(|id| id.parse().ok());
    id.ok_or(EhrError::UnreadableResponse(
        "an encounter without a patient of this EHR",
    ))
}

/// Refuses a justification that identifies the patient: it is kept in the audit log for years.
pub(super) fn reject_identifying_justification(access: &AccessContext, patient: &Resource) -> Result<(), ChartError> {
    match &access.justification {
        Some(justification) if justification.identifies(patient) => Err(ChartError::JustificationIdentifies),
        _ => Ok(()),
    }
}
