//! Lists the networks of the organization.

use crate::{AppState, store::compliance::roster};
use mc_access::{RequestContext, tenancy};
use mc_detection::Network;

/// The networks, ordered by address.
pub async fn execute(context: &RequestContext, state: &AppState) -> Result<Vec<Network>, sqlx::Error> {
    let mut transaction = tenancy::begin(&state.pool, context.organization_id()).await?;
    roster::list_networks(&mut transaction, context.organization_id().uuid()).await
}
