//! A page of an organisation's log, by any field, in the order of any element.

use crate::{
    AppState,
    actions::log::pages::{self, CursorError, Page},
    domain::{Search, search_redaction},
    store,
};
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;
use mc_vocabulary::PatientId;

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum SearchEventsError {
    /// The cursor.
    #[error(transparent)]
    Cursor(#[from] CursorError),
    /// The store.
    #[error("the log cannot be searched")]
    Store(#[from] sqlx::Error),
}

/// What is asked.
pub struct SearchEvents {
    /// Filters, order and size of the page.
    pub search: Search,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// The request as it was asked; what goes on record of it is masked.
    pub request: String,
    /// About whom, where the caller named them.
    pub patient_id: Option<PatientId>,
}

/// A page. The search is itself an event, committed before the answer.
///
/// # Errors
/// [`SearchEventsError`].
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
    let mut transaction = tenancy::begin(&state.pool, organization_id).await?;
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
