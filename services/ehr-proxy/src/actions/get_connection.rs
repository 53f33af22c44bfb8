//! An organisation's connection to its EHR, as it is set.

use crate::{AppState, domain::Connection, store::connections};
use mc_access::{Principal, tenancy};

/// The connection of the caller's organisation.
///
/// # Errors
/// The database's.
pub async fn get_connection(state: &AppState, caller: &Principal) -> Result<Option<Connection>, sqlx::Error> {
    let mut transaction = tenancy::begin(&state.pool, caller.organization_id).await?;
    connections::find(&mut transaction, caller.organization_id).await
}
