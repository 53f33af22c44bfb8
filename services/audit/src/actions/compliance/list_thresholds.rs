//! What was learned of the organisation.

use crate::{
    AppState,
    store::compliance::roster::{self, Threshold},
};
use mc_access::{Principal, tenancy};

/// The learned thresholds, by rule and role.
///
/// # Errors
/// The database's.
pub async fn list_thresholds(state: &AppState, caller: &Principal) -> Result<Vec<Threshold>, sqlx::Error> {
    let mut transaction = tenancy::begin(&state.pool, caller.organization_id).await?;
    roster::list_thresholds(&mut transaction, caller.organization_id.uuid()).await
}
