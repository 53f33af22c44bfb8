//! Searches the log by any field, sorted by any element.

use crate::{
    AppState,
    actions::log::pages::{self, CursorError, Page},
    domain::{Search, search_redaction},
    store,
};
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;
use mc_vocabulary::PatientId;

/// Why the action was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum SearchEventsError {
    /// The cursor cannot be read.
    #[error(transparent)]
    Cursor(#[from] CursorError),
    /// The store failed.
    #[error("the log cannot be searched")]
    Store(#[from] sqlx::Error),
}

/// A search.
pub struct SearchEvents {
    /// Filters, order and size of the page.
    pub search: Search,
    /// `next` of the previous page.
    pub cursor: Option<String>,
    /// The request as it was made; its values are masked in the audit record.
    pub request: String,
    /// The patient, where the caller named one.
    pub patient_id: Option<PatientId>,
}

/// A page of results. The search is recorded before it returns.
pub async fn execute(
    context: &RequestContext,
    state: &AppState,
    command: SearchEvents,
) -> Result<Page, SearchEventsError> {
    let (organization_id, limit) = (context.organization_id(), command.search.limit);
    let mut search = command.search;
    if let Some(patient_id) = &command.patient_id {
        search.filters.patient = vec![state.pseudonym.mask("patient", patient_id.as_str())];
    }
    if let Some(cursor) = &command.cursor {
        search.after = Some(pages::open(state, organization_id, &search, cursor).await?);
    }
    // One more than wanted shows whether there is a next page.
    search.limit = limit + 1;
    let mut transaction = tenancy::begin(&state.long_reads.pool, organization_id).await?;
    let found = store::log::search::search(&mut transaction, organization_id.uuid(), &search).await?;
    let mut record = context
        .audit("audit.events.search", Interaction::Execute)
        .entity("AuditEvent", "search")
        .detail(
            "query",
            search_redaction::redact(&command.request, |value| state.pseudonym.mask("query", value)),
        )
        .detail(
            "events_shown",
            found.len().min(usize::try_from(limit).unwrap_or_default()),
        );
    record.patient_id = command.patient_id;
    state
        .mailbox
        .enqueue(&mut transaction, Some(organization_id), &record)
        .await?;
    transaction.commit().await?;
    Ok(pages::cut(state, organization_id, &search, found, limit).await?)
}
