//! A patient's summary: the part of the chart that the caller's role and purpose need.

use super::chart::{self, AccessContext, ChartError, ChartRequest, OpenChart};
use crate::{
    AppState,
    domain::{Chart, Household, Purpose, Reader, Summary},
    gateway::EhrError,
};
use mc_access::RequestContext;
use mc_contracts::AuditRecord;
use mc_vocabulary::PatientId;

/// The requested summary.
pub struct ReadPatientSummary {
    /// The patient.
    pub patient_id: PatientId,
    /// Purpose of use, if the caller states one.
    pub purpose: Option<Purpose>,
    /// The reason for the access.
    pub access: AccessContext,
}

/// The summary as a FHIR R4 Bundle. Its audit record is committed before this returns.
///
/// # Errors
/// [`ChartError`]; nothing is disclosed then.
pub async fn execute(
    context: &RequestContext,
    state: &AppState,
    command: ReadPatientSummary,
) -> Result<String, ChartError> {
    let request = ChartRequest {
        patient_id: &command.patient_id,
        encounter_id: None,
        purpose: command.purpose,
        allow_own: true,
        access: &command.access,
    };
    let record = chart::read_record(context, &command.patient_id);
    let chart = chart::open_chart(context, state, request, record).await?;
    let disclosure = match read(context, state, &command, &chart.reader).await {
        Ok(disclosure) => disclosure,
        Err(error) => return Err(chart::fail(context, state, chart.record, error).await),
    };
    let records = records(context, &command, chart, &disclosure);
    chart::commit_records(context, state, &records)
        .await
        .map_err(ChartError::Audit)?;
    Ok(disclosure.bundle)
}

/// What is disclosed, and what its record needs.
struct Disclosure {
    summary: Summary,
    bundle: String,
    household: Household,
}

/// Reads the chart from the EHR and keeps what the reader may see.
async fn read(
    context: &RequestContext,
    state: &AppState,
    command: &ReadPatientSummary,
    reader: &Reader,
) -> Result<Disclosure, ChartError> {
    let connection = chart::connection(context, state).await?;
    let ehr = state.ehrs.get(&connection)?;
    let types: Vec<_> = reader.sees.iter().map(|seen| seen.resource_type).collect();
    let found: Chart = ehr.chart(&command.patient_id, &types).await?;
    chart::reject_identifying_justification(&command.access, &found.patient)?;
    let summary = Summary::of(&found, reader.sees).map_err(EhrError::from)?;
    let bundle = summary.to_bundle(ehr.base()).map_err(EhrError::from)?;
    Ok(Disclosure {
        summary,
        bundle,
        household: Household::of(&found.patient, &state.pseudonym),
    })
}

/// The record of the disclosure, preceded by that of an emergency access.
fn records(
    context: &RequestContext,
    command: &ReadPatientSummary,
    chart: OpenChart,
    disclosure: &Disclosure,
) -> Vec<AuditRecord> {
    let words = command.access.words();
    let summary = &disclosure.summary;
    let mut record = chart
        .record
        .justified(words)
        .detail(
            "phi_elements_accessed",
            summary.elements().into_iter().collect::<Vec<_>>(),
        )
        .detail("resources", summary.count())
        .validated(true)
        .compliance("minimum_necessary", summary.is_within(chart.reader.sees));
    for (name, key) in [
        ("family_key", &disclosure.household.family_key),
        ("address_key", &disclosure.household.address_key),
    ] {
        if let Some(key) = key {
            record = record.detail(name, key.as_str());
        }
    }
    let emergency = chart
        .emergency
        .then(|| chart::override_record(context, &command.patient_id, &chart.reader, words));
    emergency.into_iter().chain([record]).collect()
}
