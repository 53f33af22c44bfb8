//! Reads the next events of a stream.

use crate::{AppState, domain::Logged, store::log::events};
use mc_access::{RequestContext, tenancy};

/// The events of the caller's log from place `next` on, at most `max`. The opening of the stream is
/// recorded.
///
/// # Errors
/// Where the log cannot be read.
pub async fn execute(
    context: &RequestContext,
    state: &AppState,
    next: i64,
    max: i64,
) -> Result<Vec<Logged>, sqlx::Error> {
    let organization_id = context.organization_id();
    let mut transaction = tenancy::begin(&state.pool, organization_id).await?;
    events::list_range(&mut transaction, organization_id.uuid(), next, next.saturating_add(max)).await
}
