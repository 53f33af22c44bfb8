//! Reads a tile of the tree: hashes only.

use crate::{AppState, store::log::tiles};
use mc_access::{RequestContext, tenancy};
use mc_transparency::{Tile, TileId};
use std::collections::BTreeSet;

/// A tile of the caller's tree with `width` hashes; None where the tree does not reach it.
///
/// # Errors
/// Where the log cannot be read.
pub async fn execute(
    context: &RequestContext,
    state: &AppState,
    id: TileId,
    width: u16,
) -> Result<Option<Tile>, sqlx::Error> {
    let organization_id = context.organization_id();
    let mut transaction = tenancy::begin(&state.pool, organization_id).await?;
    let tiles = tiles::list(&mut transaction, organization_id.uuid(), &BTreeSet::from([(id, width)])).await?;
    Ok(tiles
        .into_values()
        .next()
        .filter(|tile| tile.hashes().len() == usize::from(width)))
}
