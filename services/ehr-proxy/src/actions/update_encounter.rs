//! A visit's documentation, written into its Encounter in the EHR (E2, E3).
//!
//! The EHR is not ours, so its change and our record cannot be one transaction: that it is tried is recorded before, how it
//! ended after. Where the second record is lost, the first stands.

use super::chart::{self, ChartError, Opening, patient_of};
use crate::{
    AppState,
    domain::{Reader, Refusal},
    gateway::{Ehr, EhrError, Versioned},
};
use mc_access::{Principal, tenancy};
use mc_chassis::http::Origin;
use mc_contracts::AuditRecord;
use mc_fhir::{Documentation, WeakEtag, apply_documentation};
use mc_vocabulary::{EncounterId, PatientId};

/// What is written where.
pub struct UpdateEncounter {
    /// Which visit.
    pub encounter_id: EncounterId,
    /// What the doctor wrote.
    pub documentation: Documentation,
    /// The version that the caller has seen; None: whichever is there.
    pub if_match: Option<WeakEtag>,
    /// Why.
    pub opening: Opening,
}

/// Writes the documentation; gives the Encounter as the EHR then holds it.
///
/// # Errors
/// [`ChartError`].
pub async fn update_encounter(
    state: &AppState,
    command: UpdateEncounter,
    caller: &Principal,
    origin: &Origin,
) -> Result<Versioned, ChartError> {
    let record = chart::write_record(state, caller, origin, &command.encounter_id);
    let Opened {
        ehr,
        encounter,
        patient_id,
    } = match open(state, &command, caller).await {
        Ok(opened) => opened,
        Err(error) => return Err(chart::fail(state, caller, record, error).await),
    };
    let record = record.patient(patient_id.clone());
    let (reader, overridden) = match reader(state, &command, &patient_id, caller).await? {
        Ok(found) => found,
        Err(refusal) => return Err(chart::refuse(state, caller, record, refusal).await),
    };
    let record = record.purpose(reader.purpose);
    if let Err(error) = check(&command, &ehr, &encounter, &patient_id).await {
        return Err(chart::fail(state, caller, record, error).await);
    }

    let words = command
        .opening
        .justification
        .as_ref()
        .map(|justification| justification.words().to_owned());
    let mut record = record.detail("elements_changed", changed(&command.documentation));
    record.justification.clone_from(&words);
    record.emergency = overridden;
    let attempt = record
        .clone()
        .named("ehr.encounter.update_attempt")
        .detail("outcome_told_by", "ehr.encounter.update");
    let broken = overridden.then(|| {
        chart::override_record(
            state,
            caller,
            origin,
            &patient_id,
            &reader,
            words.as_deref().unwrap_or_default(),
        )
    });
    let records: Vec<_> = broken.into_iter().chain([attempt]).collect();
    post(state, caller, &records).await.map_err(ChartError::Audit)?;

    let before = encounter.version.clone();
    match write(&ehr, &command, encounter, &patient_id).await {
        Ok(written) => {
            let version = |version: &Option<WeakEtag>| version.as_ref().map(|etag| etag.version().to_owned());
            let record = record
                .detail("version_before", version(&before))
                .detail("version_after", version(&written.version))
                .validated(true);
            post(state, caller, &[record])
                .await
                .map_err(ChartError::AuditAfterChange)?;
            Ok(written)
        }
        Err(error) => {
            let record = record.detail("may_have_changed", error.may_have_acted());
            Err(chart::fail(state, caller, record, error.into()).await)
        }
    }
}

struct Opened {
    ehr: std::sync::Arc<Ehr>,
    encounter: Versioned,
    patient_id: PatientId,
}

/// Reads the Encounter; nothing of it is disclosed yet.
async fn open(state: &AppState, command: &UpdateEncounter, caller: &Principal) -> Result<Opened, ChartError> {
    let connection = chart::connection(state, caller).await?;
    let ehr = state.ehrs.of(&connection)?;
    let encounter = ehr.encounter(&command.encounter_id).await?;
    let patient_id = patient_of(&encounter)?;
    Ok(Opened {
        ehr,
        encounter,
        patient_id,
    })
}

/// The capacity in which the caller writes, and whether the glass is broken for it.
async fn reader(
    state: &AppState,
    command: &UpdateEncounter,
    patient_id: &PatientId,
    caller: &Principal,
) -> Result<Result<(Reader, bool), Refusal>, ChartError> {
    Ok(
        match chart::permitted(state, caller, patient_id, Some(&command.encounter_id)).await? {
            Ok(()) => Reader::new(&caller.roles, false, None).map(|reader| (reader, false)),
            Err(_) if command.opening.emergency => Reader::emergency(&caller.roles).map(|reader| (reader, true)),
            Err(refusal) => Err(refusal),
        },
    )
}

/// What must hold before anything is written.
async fn check(
    command: &UpdateEncounter,
    ehr: &Ehr,
    encounter: &Versioned,
    patient_id: &PatientId,
) -> Result<(), ChartError> {
    if command.if_match.is_some() && command.if_match != encounter.version {
        return Err(ChartError::VersionMismatch);
    }
    if let Some(justification) = &command.opening.justification {
        chart::check_words(Some(justification), &ehr.patient(patient_id).await?)?;
    }
    Ok(())
}

/// Applies and writes. A conflict is met once more with the new version, unless the caller named the version they mean.
async fn write(
    ehr: &Ehr,
    command: &UpdateEncounter,
    mut encounter: Versioned,
    patient_id: &PatientId,
) -> Result<Versioned, EhrError> {
    let mut tries_left = 2;
    loop {
        let version = encounter
            .version
            .take()
            .ok_or(EhrError::Garbage("an encounter without a version"))?;
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
        if patient_of(&encounter)? != *patient_id {
            return Err(conflict);
        }
        let there = encounter.resource.to_json();
        let mut applied = encounter.resource.clone();
        apply_documentation(&mut applied, &command.documentation)?;
        if applied.to_json() == there {
            // The conflict was with ourselves: the first answer was lost on its way, the change was not.
            return Ok(encounter);
        }
        if tries_left == 0 || command.if_match.is_some() {
            return Err(conflict);
        }
    }
}

async fn post(state: &AppState, caller: &Principal, records: &[AuditRecord]) -> Result<(), sqlx::Error> {
    let mut transaction = tenancy::begin(&state.pool, caller.organization_id).await?;
    for record in records {
        state
            .mailbox
            .enqueue(&mut transaction, Some(caller.organization_id), record)
            .await?;
    }
    transaction.commit().await
}

/// Names of what changes, never its words.
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
