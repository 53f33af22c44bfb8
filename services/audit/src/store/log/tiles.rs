//! Tiles: full ones as stored, partial ones from the level below.

use crate::store::rows;
use mc_transparency::{Hash, Tile, TileId};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Adds full tiles of tree `tree`.
#[tracing::instrument(level = "debug", name = "tiles.insert", skip_all)]
pub async fn insert(connection: &mut PgConnection, tree: Uuid, tiles: &[(TileId, Tile)]) -> Result<(), sqlx::Error> {
    let levels: Vec<i16> = tiles.iter().map(|(id, _)| i16::from(id.level)).collect();
    let indexes: Vec<i64> = tiles.iter().map(|(id, _)| id.index.cast_signed()).collect();
    let hashes: Vec<Vec<u8>> = tiles.iter().map(|(_, tile)| tile.to_bytes()).collect();
    let roots: Vec<Vec<u8>> = tiles
        .iter()
        .map(|(_, tile)| tile.root().map_or_else(Vec::new, |root| root.as_bytes().to_vec()))
        .collect();
    sqlx::query!(
        "INSERT INTO audit.tiles (organization_id, level, tile_index, hashes, root) \
         SELECT $1, l, i, h, r FROM unnest($2::smallint[], $3::bigint[], $4::bytea[], $5::bytea[]) AS t (l, i, h, r)",
        tree,
        &levels,
        &indexes,
        &hashes,
        &roots
    )
    .execute(connection)
    .await
    .and_then(rows(tiles.len()))
}

/// The requested tiles of tree `tree`, each with its number of hashes. Missing tiles are left out.
#[tracing::instrument(level = "debug", name = "tiles.list", skip_all)]
pub async fn list(
    connection: &mut PgConnection,
    tree: Uuid,
    wanted: &BTreeSet<(TileId, u16)>,
) -> Result<BTreeMap<TileId, Tile>, sqlx::Error> {
    let (full, partial): (Vec<_>, Vec<_>) = wanted
        .iter()
        .copied()
        .partition(|(_, width)| *width == mc_transparency::TILE_WIDTH);
    let mut tiles = list_stored(connection, tree, &full, &partial).await?;
    // A full tile may not be stored yet: it is computed from the level below, as a partial one.
    let missing: Vec<_> = full.into_iter().filter(|(id, _)| !tiles.contains_key(id)).collect();
    if !missing.is_empty() {
        tiles.extend(list_stored(connection, tree, &[], &missing).await?);
    }
    // At the lowest level only the last tile is partial.
    for (id, width) in partial.into_iter().chain(missing).filter(|(id, _)| id.level == 0) {
        let leaves = list_leaves(connection, tree, first(id), first(id) + i64::from(width)).await?;
        tiles.extend(gather(leaves));
    }
    Ok(tiles)
}

/// Full tiles as stored, and partial ones above the lowest level from the roots of the tiles below,
/// in one query because a proof needs both. LATERAL with a LIMIT makes the planner look up each
/// tile: reading all tiles of a tree is slower from a few thousand tiles on.
#[tracing::instrument(level = "debug", name = "tiles.list_stored", skip_all)]
async fn list_stored(
    connection: &mut PgConnection,
    tree: Uuid,
    full: &[(TileId, u16)],
    partial: &[(TileId, u16)],
) -> Result<BTreeMap<TileId, Tile>, sqlx::Error> {
    let level = |(id, _): &(TileId, u16)| i16::from(id.level);
    let higher: Vec<_> = partial.iter().copied().filter(|(id, _)| id.level > 0).collect();
    if full.is_empty() && higher.is_empty() {
        return Ok(BTreeMap::new());
    }
    let levels: Vec<i16> = full.iter().map(level).collect();
    let indexes: Vec<i64> = full.iter().map(|(id, _)| id.index.cast_signed()).collect();
    let above: Vec<i16> = higher.iter().map(level).collect();
    let firsts: Vec<i64> = higher.iter().map(|(id, _)| first(*id)).collect();
    let ends: Vec<i64> = higher
        .iter()
        .map(|(id, width)| first(*id) + i64::from(*width))
        .collect();
    let rows = sqlx::query!(
        r#"SELECT true AS "full!", w.level AS "level!", t.tile_index AS "place!", t.hashes AS "bytes!"
           FROM unnest($2::smallint[], $3::bigint[]) AS w (level, tile_index)
           CROSS JOIN LATERAL (SELECT * FROM audit.tiles t
               WHERE t.organization_id = $1 AND t.level = w.level AND t.tile_index = w.tile_index LIMIT 1) t
           UNION ALL
           SELECT false, w.level, t.tile_index, t.root
           FROM unnest($4::smallint[], $5::bigint[], $6::bigint[]) AS w (level, first, after)
           CROSS JOIN LATERAL (SELECT t.tile_index, t.root FROM audit.tiles t
               WHERE t.organization_id = $1 AND t.level = w.level - 1 AND t.tile_index >= w.first AND t.tile_index < w.after
               ORDER BY t.tile_index LIMIT w.after - w.first) t
           ORDER BY 1, 2, 3"#,
        tree,
        &levels,
        &indexes,
        &above,
        &firsts,
        &ends
    )
    .fetch_all(connection)
    .await?;
    let mut tiles = BTreeMap::new();
    let mut roots = Vec::new();
    for row in rows {
        if row.full {
            tiles.extend(id(row.level, row.place).zip(Tile::from_bytes(&row.bytes)));
        } else {
            roots.push((row.level, row.place, row.bytes));
        }
    }
    tiles.extend(gather(roots));
    Ok(tiles)
}

/// Tiles from hashes with level and place, in order.
fn gather(hashes: Vec<(i16, i64, Vec<u8>)>) -> BTreeMap<TileId, Tile> {
    let mut found: BTreeMap<TileId, Vec<Hash>> = BTreeMap::new();
    for (level, place, hash) in hashes {
        let width = i64::from(mc_transparency::TILE_WIDTH);
        let Some((id, hash)) = id(level, place / width).zip(Hash::from_slice(&hash)) else {
            continue;
        };
        let hashes = found.entry(id).or_default();
        // A tile ends before a gap.
        if i64::try_from(hashes.len()).is_ok_and(|len| first(id) + len == place) {
            hashes.push(hash);
        }
    }
    let tile = |(id, hashes)| Some((id, Tile::new(hashes)?));
    found.into_iter().filter_map(tile).collect()
}

/// Leaf hashes of events and stubs from `first` to before `after`, in order.
#[tracing::instrument(level = "debug", name = "tiles.list_leaves", skip_all)]
async fn list_leaves(
    connection: &mut PgConnection,
    tree: Uuid,
    first: i64,
    after: i64,
) -> Result<Vec<(i16, i64, Vec<u8>)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"(SELECT log_index AS "place!", leaf_hash AS "hash!" FROM audit.events
            WHERE organization_id = $1 AND log_index >= $2 AND log_index < $3 ORDER BY log_index LIMIT 256)
           UNION ALL
           (SELECT log_index, leaf_hash FROM audit.stubs
            WHERE organization_id = $1 AND log_index >= $2 AND log_index < $3 ORDER BY log_index LIMIT 256)
           ORDER BY 1"#,
        tree,
        first,
        after
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (0, row.place, row.hash)).collect())
}

/// Index, root and leaf hashes of a full tile of level 0.
pub type LeafTile = (i64, Vec<u8>, Vec<u8>);

/// A full tile above level 0: hashes and root.
pub type UpperTile = (TileId, (Vec<u8>, Vec<u8>));

/// Full tiles of level 0 from `from` to before `from + count`, in order: index, root, and leaf
/// hashes.
#[tracing::instrument(level = "debug", name = "tiles.list_leaf_tiles", skip_all)]
pub async fn list_leaf_tiles(
    connection: &mut PgConnection,
    tree: Uuid,
    from: i64,
    count: i64,
) -> Result<Vec<LeafTile>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT tile_index, root, hashes FROM audit.tiles \
         WHERE organization_id = $1 AND level = 0 AND tile_index >= $2 AND tile_index < $2 + $3 ORDER BY tile_index",
        tree,
        from,
        count
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.tile_index, row.root, row.hashes))
        .collect())
}

/// The full tiles above level 0, level by level: hashes and root.
#[tracing::instrument(level = "debug", name = "tiles.list_upper", skip_all)]
pub async fn list_upper(connection: &mut PgConnection, tree: Uuid) -> Result<Vec<UpperTile>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT level, tile_index, hashes, root FROM audit.tiles WHERE organization_id = $1 AND level > 0 ORDER BY level, tile_index",
        tree
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| Some((id(row.level, row.tile_index)?, (row.hashes, row.root))))
        .collect())
}

fn id(level: i16, index: i64) -> Option<TileId> {
    Some(TileId {
        level: u8::try_from(level).ok()?,
        index: u64::try_from(index).ok()?,
    })
}

fn first(id: TileId) -> i64 {
    id.index.cast_signed() * i64::from(mc_transparency::TILE_WIDTH)
}
