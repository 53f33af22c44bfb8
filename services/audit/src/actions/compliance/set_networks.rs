//! Replaces the networks of the organization.

use crate::{AppState, store::compliance::roster};
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;
use mc_detection::Network;

/// Replaces all networks.
pub async fn execute(context: &RequestContext, state: &AppState, networks: &[Network]) -> Result<(), sqlx::Error> {
    let (organization_id, tree) = (context.organization_id(), context.organization_id().uuid());
    let mut transaction = tenancy::begin(&state.pool, organization_id).await?;
    roster::update_networks(&mut transaction, tree, networks).await?;
    roster::update_version(&mut transaction, tree).await?;
    let record = context
        .audit("audit.network.set", Interaction::Update)
        .entity("Networks", organization_id)
        .detail("networks", networks.len());
    state
        .mailbox
        .enqueue(&mut transaction, Some(organization_id), &record)
        .await?;
    transaction.commit().await
}
