//! Proves that an event is in a tree.

use crate::{
    AppState,
    actions::log::prove::{self, ProveError},
};
use mc_access::{RequestContext, tenancy};
use mc_transparency::Hash;

/// The hashes from event `index` to the root of the caller's tree at `size`.
pub async fn execute(
    context: &RequestContext,
    state: &AppState,
    index: u64,
    size: u64,
) -> Result<Vec<Hash>, ProveError> {
    let organization_id = context.organization_id();
    let mut transaction = tenancy::begin(&state.pool, organization_id).await?;
    prove::inclusion(&mut transaction, organization_id.uuid(), index, size).await
}
