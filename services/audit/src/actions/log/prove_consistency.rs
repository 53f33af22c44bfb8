//! Proves that a tree only grew.

use crate::{
    AppState,
    actions::log::prove::{self, ProveError},
};
use mc_access::{RequestContext, tenancy};
use mc_transparency::Hash;

/// The hashes which show that the caller's tree at size `new` begins with the tree at size `old`.
pub async fn execute(context: &RequestContext, state: &AppState, old: u64, new: u64) -> Result<Vec<Hash>, ProveError> {
    let organization_id = context.organization_id();
    let mut transaction = tenancy::begin(&state.pool, organization_id).await?;
    prove::consistency(&mut transaction, organization_id.uuid(), old, new).await
}
