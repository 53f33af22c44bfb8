//! A patient's summary: the part of the chart that the caller's role and purpose need (E1, E10, A10, A11).

use super::chart::{self, ChartError, Opening};
use crate::{
    AppState,
    domain::{Chart, Connection, Household, Purpose, Reader, Refusal, Summary},
    gateway::EhrError,
};
use mc_access::{Principal, tenancy};
use mc_chassis::http::Origin;
use mc_vocabulary::PatientId;

/// Whose chart, for what.
pub struct ReadPatientSummary {
    /// Whose.
    pub patient_id: PatientId,
    /// For what, where the caller says so.
    pub purpose: Option<Purpose>,
    /// Why.
    pub opening: Opening,
}

/// The summary as a FHIR R4 Bundle. Its audit record is committed when this returns.
///
/// # Errors
/// [`ChartError`]; nothing is disclosed then.
pub async fn read_patient_summary(
    state: &AppState,
    command: ReadPatientSummary,
    caller: &Principal,
    origin: &Origin,
) -> Result<String, ChartError> {
    let patient_id = &command.patient_id;
    let record = chart::read_record(state, caller, origin, patient_id);
    let (reader, overridden) = match reader(state, &command, caller).await? {
        Ok(found) => found,
        Err(refusal) => return Err(chart::refuse(state, caller, record, refusal).await),
    };
    let record = record.purpose(reader.purpose);
    let read = match read(state, &command, &reader, caller).await {
        Ok(read) => read,
        Err(error) => return Err(chart::fail(state, caller, record, error).await),
    };

    let words = command
        .opening
        .justification
        .as_ref()
        .map_or("", |justification| justification.words());
    let mut record = record
        .justified(words)
        .detail(
            "phi_elements_accessed",
            read.summary.elements().into_iter().collect::<Vec<_>>(),
        )
        .detail("resources", read.summary.count())
        // Every chart is cut by the table (U2).
        .validated(true);
    for (name, key) in [
        ("family_key", read.household.family_key),
        ("address_key", read.household.address_key),
    ] {
        if let Some(key) = key {
            record = record.detail(name, key);
        }
    }
    record.emergency = overridden;
    let committed = async {
        let mut transaction = tenancy::begin(&state.pool, caller.organization_id).await?;
        if overridden {
            let broken = chart::override_record(state, caller, origin, patient_id, &reader, words);
            state
                .mailbox
                .enqueue(&mut transaction, Some(caller.organization_id), &broken)
                .await?;
        }
        state
            .mailbox
            .enqueue(&mut transaction, Some(caller.organization_id), &record)
            .await?;
        transaction.commit().await
    };
    committed.await.map_err(ChartError::Audit)?;
    Ok(read.bundle)
}

struct Read {
    summary: Summary,
    bundle: String,
    household: Household,
}

/// The capacity in which the caller reads, and whether the glass is broken for it.
async fn reader(
    state: &AppState,
    command: &ReadPatientSummary,
    caller: &Principal,
) -> Result<Result<(Reader, bool), Refusal>, ChartError> {
    let is_self = caller.is_self(&command.patient_id);
    let reader = match Reader::new(&caller.roles, is_self, command.purpose) {
        Ok(reader) => reader,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if !reader.needs_consent {
        return Ok(Ok((reader, false)));
    }
    Ok(
        match chart::permitted(state, caller, &command.patient_id, None).await? {
            Ok(()) => Ok((reader, false)),
            Err(_) if command.opening.emergency => Reader::emergency(&caller.roles).map(|reader| (reader, true)),
            Err(refusal) => Err(refusal),
        },
    )
}

/// Reads the chart and keeps what the reader may see.
async fn read(
    state: &AppState,
    command: &ReadPatientSummary,
    reader: &Reader,
    caller: &Principal,
) -> Result<Read, ChartError> {
    let connection: Connection = chart::connection(state, caller).await?;
    let ehr = state.ehrs.of(&connection)?;
    let types: Vec<_> = reader.sees.iter().map(|seen| seen.resource_type).collect();
    let found: Chart = ehr.chart(&command.patient_id, &types).await?;
    chart::check_words(command.opening.justification.as_ref(), &found.patient)?;
    let summary = Summary::of(&found, reader.sees).map_err(EhrError::from)?;
    let bundle = summary.to_bundle(ehr.base()).map_err(EhrError::from)?;
    Ok(Read {
        summary,
        bundle,
        household: Household::of(&found.patient, &state.pseudonym),
    })
}
