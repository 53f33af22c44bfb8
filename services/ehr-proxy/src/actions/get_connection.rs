//! Reads the organization's connection to its EHR.

use crate::{AppState, domain::Connection, store::connections};
use mc_access::{RequestContext, tenancy};

/// The connection of the caller's organization; None if none is set.
///
/// # Errors
/// If the database fails.
pub async fn execute(context: &RequestContext, state: &AppState) -> Result<Option<Connection>, sqlx::Error> {
    let organization_id = context.organization_id();
    let mut transaction = tenancy::begin(&state.pool, organization_id).await?;
    connections::find(&mut transaction, organization_id).await
}
