//! Lists who accessed one patient's data: for that patient, and for compliance.

use crate::{
    AppState,
    actions::log::{
        pages::{self, Page},
        search_events::SearchEventsError,
    },
    domain::{Filters, Search, access},
    store,
};
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;
use mc_vocabulary::PatientId;

/// A page of the accesses to the patient's data, newest first. The read is recorded before it
/// returns. A disclosure whose accounting an agency has suspended is not shown to the patient (45
/// CFR 164.528(a)(2)).
pub async fn execute(
    context: &RequestContext,
    state: &AppState,
    patient_id: &PatientId,
    cursor: Option<&str>,
    limit: i64,
) -> Result<Page, SearchEventsError> {
    let organization_id = context.organization_id();
    let mut search = Search {
        filters: Filters {
            patient: vec![state.pseudonym.mask("patient", patient_id.as_str())],
            ..Filters::default()
        },
        descending: true,
        ..Search::default()
    };
    if let Some(cursor) = cursor {
        search.after = Some(pages::open(state, organization_id, &search, cursor).await?);
    }
    search.limit = limit + 1;
    let own = context.caller().is_self(patient_id);
    let mut transaction = tenancy::begin(&state.long_reads.pool, organization_id).await?;
    let found = store::log::search::search(&mut transaction, organization_id.uuid(), &search).await?;
    let record = context
        .audit("audit.patient_accesses.read", Interaction::Read)
        .entity("Patient", patient_id)
        .patient(patient_id.clone())
        .purpose(if own { "PATRQT" } else { "HOPERAT" });
    state
        .mailbox
        .enqueue(&mut transaction, Some(organization_id), &record)
        .await?;
    transaction.commit().await?;
    let mut page = pages::cut(state, organization_id, &search, found, limit).await?;
    let now = state.clock.now();
    page.events
        .retain(|logged| !(own && access::is_suspended(&logged.leaf, now)));
    Ok(page)
}
