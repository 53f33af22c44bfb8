//! A visit's documentation, written into its Encounter in the EHR.
//!
//! The change in the EHR and our record cannot be one transaction: the attempt is recorded before
//! the change, its outcome after it. If the second record is lost, the first remains.

use super::chart::{self, AccessContext, ChartError, ChartRequest, OpenChart, patient_of};
use crate::{
    AppState,
    gateway::{Ehr, EhrError, Versioned},
};
use mc_access::RequestContext;
use mc_contracts::AuditRecord;
use mc_fhir::{Documentation, WeakEtag, apply_documentation};
use mc_vocabulary::{EncounterId, PatientId};
use std::sync::Arc;

/// The requested change.
pub struct UpdateEncounter {
    /// The visit.
    pub encounter_id: EncounterId,
    /// The documentation.
    pub documentation: Documentation,
    /// The version that the caller has read; None: the current one.
    pub if_match: Option<WeakEtag>,
    /// The reason for the access.
    pub access: AccessContext,
}

/// Writes the documentation and returns the Encounter as stored by the EHR.
///
/// # Errors
/// [`ChartError`].
pub async fn execute(
    context: &RequestContext,
    state: &AppState,
    command: UpdateEncounter,
) -> Result<Versioned, ChartError> {
    let record = chart::write_record(context, &command.encounter_id);
    let found = match find(context, state, &command).await {
        Ok(found) => found,
        Err(error) => return Err(chart::fail(context, state, record, error).await),
    };
    let request = ChartRequest {
        patient_id: &found.patient_id,
        encounter_id: Some(&command.encounter_id),
        purpose: None,
        allow_own: false,
        access: &command.access,
    };
    let record = record.patient(found.patient_id.clone());
    let chart = chart::open_chart(context, state, request, record).await?;
    if let Err(error) = check(&command, &found).await {
        return Err(chart::fail(context, state, chart.record, error).await);
    }
    let mut record = chart
        .record
        .clone()
        .detail("elements_changed", changed(&command.documentation));
    record.justification = command
        .access
        .justification
        .as_ref()
        .map(|words| words.words().to_owned());
    let attempts = attempt_records(context, &command, &found, &chart, &record);
    chart::commit_records(context, state, &attempts)
        .await
        .map_err(ChartError::Audit)?;

    let before = found.encounter.version.clone();
    match write(&command, found).await {
        Ok(written) => {
            let version = |version: &Option<WeakEtag>| version.as_ref().map(|etag| etag.version().to_owned());
            let record = record
                .detail("version_before", version(&before))
                .detail("version_after", version(&written.version))
                .validated(true);
            chart::commit_records(context, state, &[record])
                .await
                .map_err(ChartError::AuditAfterChange)?;
            Ok(written)
        }
        Err(error) => {
            let record = record.detail("may_have_changed", error.may_have_acted());
            Err(chart::fail(context, state, record, error.into()).await)
        }
    }
}

/// The record of the attempt, preceded by that of an emergency access.
fn attempt_records(
    context: &RequestContext,
    command: &UpdateEncounter,
    found: &Found,
    chart: &OpenChart,
    record: &AuditRecord,
) -> Vec<AuditRecord> {
    let attempt = record
        .clone()
        .named("ehr.encounter.update_attempt")
        .detail("outcome_told_by", "ehr.encounter.update");
    let emergency = chart
        .emergency
        .then(|| chart::override_record(context, &found.patient_id, &chart.reader, command.access.words()));
    emergency.into_iter().chain([attempt]).collect()
}

/// The Encounter as stored in the EHR. Nothing of it is disclosed yet.
struct Found {
    ehr: Arc<Ehr>,
    encounter: Versioned,
    patient_id: PatientId,
}

async fn find(context: &RequestContext, state: &AppState, command: &UpdateEncounter) -> Result<Found, ChartError> {
    let connection = chart::connection(context, state).await?;
    let ehr = state.ehrs.get(&connection)?;
    let encounter = ehr.encounter(&command.encounter_id).await?;
    let patient_id = patient_of(&encounter)?;
    Ok(Found {
        ehr,
        encounter,
        patient_id,
    })
}

/// Checks before anything is written.
async fn check(command: &UpdateEncounter, found: &Found) -> Result<(), ChartError> {
    if command.if_match.is_some() && command.if_match != found.encounter.version {
        return Err(ChartError::VersionMismatch);
    }
    if command.access.justification.is_some() {
        let patient = found.ehr.patient(&found.patient_id).await?;
        chart::reject_identifying_justification(&command.access, &patient)?;
    }
    Ok(())
}

/// Applies the documentation and writes the Encounter. A version conflict is retried once with the
/// new version, unless the caller named a version.
async fn write(command: &UpdateEncounter, found: Found) -> Result<Versioned, EhrError> {
    let Found {
        ehr,
        mut encounter,
        patient_id,
    } = found;
    let mut tries_left = 2;
    loop {
        let version = encounter
            .version
            .take()
            .ok_or(EhrError::UnreadableResponse("an encounter without a version"))?;
        apply_documentation(&mut encounter.resource, &command.documentation)?;
        let conflict = match ehr
            .update_encounter(&command.encounter_id, &encounter.resource, &version)
            .await
        {
            Err(error @ EhrError::VersionConflict) => error,
            other => return other,
        };
        tries_left -= 1;
        encounter = ehr.encounter(&command.encounter_id).await?;
        if patient_of(&encounter)? != patient_id {
            return Err(conflict);
        }
        let there = encounter.resource.to_json();
        let mut applied = encounter.resource.clone();
        apply_documentation(&mut applied, &command.documentation)?;
        if applied.to_json() == there {
            // The conflict is with our own change: only its response was lost.
            return Ok(encounter);
        }
        if tries_left == 0 || command.if_match.is_some() {
            return Err(conflict);
        }
    }
}

/// The names of the changed fields, never their text.
fn changed(documentation: &Documentation) -> Vec<&'static str> {
    let fields = [
        ("diagnosis", &documentation.diagnosis),
        ("treatment_plan", &documentation.treatment_plan),
        ("follow_up", &documentation.follow_up),
    ];
    fields
        .into_iter()
        .filter(|(_, text)| text.is_some())
        .map(|(name, _)| name)
        .collect()
}
