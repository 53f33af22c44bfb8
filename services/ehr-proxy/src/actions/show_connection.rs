//! An organisation's connection to its EHR, as it is set.

use crate::{Desk, domain::Connection, store::connections};
use mc_access::{Principal, wall};

/// The connection of the caller's organisation.
///
/// # Errors
/// The database's.
pub async fn show_connection(desk: &Desk, caller: &Principal) -> Result<Option<Connection>, sqlx::Error> {
    let mut transaction = wall::begin(&desk.pool, caller.organization_id).await?;
    connections::find(&mut transaction, caller.organization_id).await
}
