//! Tiles: full ones as they were stored, partial ones from what stands below them.

use mc_transparency::{Hash, Tile, TileId};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Adds full tiles of tree `tree`.
///
/// # Errors
/// The database's.
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
    .map(drop)
}

/// The tiles of tree `tree` that are asked for, each with so many hashes. What is not there is left out.
///
/// # Errors
/// The database's.
pub async fn list(
    connection: &mut PgConnection,
    tree: Uuid,
    wanted: &BTreeSet<(TileId, u16)>,
) -> Result<BTreeMap<TileId, Tile>, sqlx::Error> {
    let (full, partial): (Vec<_>, Vec<_>) = wanted
        .iter()
        .copied()
        .partition(|(_, width)| *width == mc_transparency::TILE_WIDTH);
    let mut tiles = list_full(connection, tree, &full).await?;
    // A tile may be asked for as full that was completed by nothing yet stored: it is made of what stands below, as a partial one.
    let missing: Vec<_> = full.into_iter().filter(|(id, _)| !tiles.contains_key(id)).collect();
    let partial = [partial, missing].concat();
    if !partial.is_empty() {
        tiles.extend(list_below(connection, tree, &partial).await?);
    }
    Ok(tiles)
}

// Tiles are asked for one by one (LATERAL with a LIMIT is not joined otherwise): a planner that thinks it cheaper to read all tiles or events of a
// tree is wrong from a few thousand on.

async fn list_full(
    connection: &mut PgConnection,
    tree: Uuid,
    wanted: &[(TileId, u16)],
) -> Result<BTreeMap<TileId, Tile>, sqlx::Error> {
    if wanted.is_empty() {
        return Ok(BTreeMap::new());
    }
    let levels: Vec<i16> = wanted.iter().map(|(id, _)| i16::from(id.level)).collect();
    let indexes: Vec<i64> = wanted.iter().map(|(id, _)| id.index.cast_signed()).collect();
    let rows = sqlx::query!(
        r#"SELECT t.level AS "level!", t.tile_index AS "index!", t.hashes AS "hashes!"
           FROM unnest($2::smallint[], $3::bigint[]) AS w (level, tile_index)
           CROSS JOIN LATERAL (SELECT * FROM audit.tiles t
               WHERE t.organization_id = $1 AND t.level = w.level AND t.tile_index = w.tile_index LIMIT 1) t"#,
        tree,
        &levels,
        &indexes
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| Some((id(row.level, row.index)?, Tile::from_bytes(&row.hashes)?)))
        .collect())
}

/// Tiles made of the leaf hashes, or of the roots of the tiles below.
async fn list_below(
    connection: &mut PgConnection,
    tree: Uuid,
    wanted: &[(TileId, u16)],
) -> Result<BTreeMap<TileId, Tile>, sqlx::Error> {
    let (lowest, higher): (Vec<_>, Vec<_>) = wanted.iter().copied().partition(|(id, _)| id.level == 0);
    let mut below = Vec::new();
    if !higher.is_empty() {
        below.extend(list_roots(connection, tree, &higher).await?);
    }
    // There is one at most: the last.
    for (id, width) in lowest {
        below.extend(list_leaves(connection, tree, first(id), first(id) + i64::from(width)).await?);
    }
    let mut found: BTreeMap<TileId, Vec<Hash>> = BTreeMap::new();
    for (level, place, hash) in below {
        let width = i64::from(mc_transparency::TILE_WIDTH);
        let Some((id, hash)) = id(level, place / width).zip(Hash::from_slice(&hash)) else {
            continue;
        };
        let hashes = found.entry(id).or_default();
        // A gap would shift what follows: the tile ends before it.
        if i64::try_from(hashes.len()).is_ok_and(|len| first(id) + len == place) {
            hashes.push(hash);
        }
    }
    Ok(found
        .into_iter()
        .filter_map(|(id, hashes)| Some((id, Tile::new(hashes)?)))
        .collect())
}

/// Roots of the full tiles below, each with the level and the place it takes above, in order.
async fn list_roots(
    connection: &mut PgConnection,
    tree: Uuid,
    wanted: &[(TileId, u16)],
) -> Result<Vec<(i16, i64, Vec<u8>)>, sqlx::Error> {
    let levels: Vec<i16> = wanted.iter().map(|(id, _)| i16::from(id.level)).collect();
    let firsts: Vec<i64> = wanted.iter().map(|(id, _)| first(*id)).collect();
    let ends: Vec<i64> = wanted
        .iter()
        .map(|(id, width)| first(*id) + i64::from(*width))
        .collect();
    let rows = sqlx::query!(
        r#"SELECT w.level AS "level!", t.tile_index AS "place!", t.root AS "hash!"
           FROM unnest($2::smallint[], $3::bigint[], $4::bigint[]) AS w (level, first, after)
           CROSS JOIN LATERAL (SELECT t.tile_index, t.root FROM audit.tiles t
               WHERE t.organization_id = $1 AND t.level = w.level - 1 AND t.tile_index >= w.first AND t.tile_index < w.after
               ORDER BY t.tile_index LIMIT w.after - w.first) t
           ORDER BY 1, 2"#,
        tree,
        &levels,
        &firsts,
        &ends
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.level, row.place, row.hash)).collect())
}

/// Leaf hashes from `first` to before `after`, of events and of what is left of pruned ones, in order.
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

/// Full tiles of level 0 from `from` to before `from + count`, in order: their root, and the leaf hashes as they were when they were appended.
///
/// # Errors
/// The database's.
pub async fn list_leaf_tiles(
    connection: &mut PgConnection,
    tree: Uuid,
    from: i64,
    count: i64,
) -> Result<Vec<(i64, Vec<u8>, Vec<u8>)>, sqlx::Error> {
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

/// The full tiles above level 0, level by level: their hashes, and their root.
///
/// # Errors
/// The database's.
pub async fn list_upper(
    connection: &mut PgConnection,
    tree: Uuid,
) -> Result<Vec<(TileId, (Vec<u8>, Vec<u8>))>, sqlx::Error> {
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
