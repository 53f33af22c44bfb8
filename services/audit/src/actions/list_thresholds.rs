//! What was learned of the organisation.

use crate::{
    Desk,
    store::knowledge::{self, Threshold},
};
use mc_access::{Principal, wall};

/// The learned thresholds, by rule and role.
///
/// # Errors
/// The database's.
pub async fn list_thresholds(desk: &Desk, caller: &Principal) -> Result<Vec<Threshold>, sqlx::Error> {
    let mut transaction = wall::begin(&desk.pool, caller.organization_id).await?;
    knowledge::list_thresholds(&mut transaction, caller.organization_id.uuid()).await
}
