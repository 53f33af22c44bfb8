//! Where the organisation's networks are.

use crate::{AppState, store::compliance::roster};
use mc_access::{Principal, tenancy};
use mc_chassis::http::Origin;
use mc_contracts::Interaction;
use mc_detection::Network;

/// Replaces them all.
///
/// # Errors
/// The database's.
pub async fn set_networks(
    state: &AppState,
    caller: &Principal,
    networks: &[Network],
    origin: &Origin,
) -> Result<(), sqlx::Error> {
    let (organization_id, tree) = (caller.organization_id, caller.organization_id.uuid());
    let mut transaction = tenancy::begin(&state.pool, organization_id).await?;
    roster::update_networks(&mut transaction, tree, networks).await?;
    roster::update_version(&mut transaction, tree).await?;
    let record = state
        .mailbox
        .audit_of("audit.network.set", Interaction::Update, caller, origin)
        .entity("Networks", organization_id)
        .detail("networks", networks.len());
    state
        .mailbox
        .enqueue(&mut transaction, Some(organization_id), &record)
        .await?;
    transaction.commit().await
}

/// The networks, by their addresses.
///
/// # Errors
/// The database's.
pub async fn list_networks(state: &AppState, caller: &Principal) -> Result<Vec<Network>, sqlx::Error> {
    let mut transaction = tenancy::begin(&state.pool, caller.organization_id).await?;
    roster::list_networks(&mut transaction, caller.organization_id.uuid()).await
}
