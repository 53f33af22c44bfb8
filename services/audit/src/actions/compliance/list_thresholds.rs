//! Lists the learned thresholds of the organization.

use crate::{
    AppState,
    store::compliance::roster::{self, Threshold},
};
use mc_access::{RequestContext, tenancy};

/// The learned thresholds, by rule and role.
pub async fn execute(context: &RequestContext, state: &AppState) -> Result<Vec<Threshold>, sqlx::Error> {
    let mut transaction = tenancy::begin(&state.pool, context.organization_id()).await?;
    roster::list_thresholds(&mut transaction, context.organization_id().uuid()).await
}
