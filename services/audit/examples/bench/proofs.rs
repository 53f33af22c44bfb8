//! Proofs out of a tree of a hundred million leaves, and the cost of an event in it.

use crate::{
    Line, line, percentiles,
    world::{Events, World},
};
use mc_access::tenancy;
use mc_audit::actions::log::{append_events, prove};
use mc_transparency::{Frontier, Hash, Tile};
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::time::Instant;

const WIDTH: usize = 256;

pub async fn run(world: &World, leaves: u64) -> Vec<Line> {
    let tree = plant(world, leaves).await;
    let mut random = StdRng::seed_from_u64(6);
    let mut took = Vec::new();
    for n in 0..5_000 {
        let index = random.random_range(0..leaves);
        let start = Instant::now();
        let organization_id = world.organization_id;
        let mut transaction = tenancy::begin(&world.state.pool, organization_id).await.unwrap();
        let proof = prove::inclusion(&mut transaction, organization_id.uuid(), index, leaves)
            .await
            .unwrap();
        drop(transaction);
        took.push(start.elapsed().as_secs_f64() * 1e3);
        if n % 100 == 0 {
            mc_transparency::verify_inclusion(leaf(index), index, leaves, &proof, tree.root()).unwrap();
        }
    }
    let p = percentiles(took, &[0.5, 0.99]);
    let mut events = Events::new(7, world.organization_id);
    let mut spent = 0.0;
    for _ in 0..50 {
        let batch = events.take(2_000);
        let start = Instant::now();
        append_events::execute(&world.state, &batch).await.unwrap();
        spent += start.elapsed().as_secs_f64();
    }
    vec![
        line(
            format!("inclusion proof, tree of {leaves} leaves"),
            format!("p50 {:.2} ms, p99 {:.2} ms", p[0], p[1]),
            "p99 under 2 ms",
        ),
        line(
            format!("cost of an event in a tree of {leaves} leaves"),
            format!("{:.1} µs", spent / 100_000.0 * 1e6),
            "flat",
        ),
    ]
}

fn leaf(index: u64) -> Hash {
    Hash::leaf(&index.to_be_bytes())
}

/// Stores the tiles of a tree of leaf hashes alone, as appending its events would have. Binary COPY
/// without the primary key, which is built when all stand: six gigabytes of text take too long.
async fn plant(world: &World, leaves: u64) -> Frontier {
    let mut connection = world.database.owner.acquire().await.unwrap();
    let organization_id = world.organization_id.uuid();
    sqlx::query("ALTER TABLE audit.tiles DROP CONSTRAINT tiles_pkey")
        .execute(&mut *connection)
        .await
        .unwrap();
    let mut into = connection
        .copy_in_raw("COPY audit.tiles (organization_id, level, tile_index, hashes, root) FROM STDIN (FORMAT binary)")
        .await
        .unwrap();
    let mut rows = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0".to_vec();
    let mut tree = Frontier::new();
    // One unfinished tile a level; what is full goes up.
    let mut open: Vec<(u64, Vec<Hash>)> = vec![(0, Vec::new())];
    for index in 0..leaves {
        let hash = leaf(index);
        tree.push(hash);
        open[0].1.push(hash);
        let mut level = 0;
        while open[level].1.len() == WIDTH {
            let (place, hashes) = (open[level].0, std::mem::take(&mut open[level].1));
            open[level].0 += 1;
            let tile = Tile::new(hashes).unwrap();
            let root = tile.root().unwrap();
            rows.extend(5_i16.to_be_bytes());
            field(&mut rows, organization_id.as_bytes());
            field(&mut rows, &i16::try_from(level).unwrap().to_be_bytes());
            field(&mut rows, &place.to_be_bytes());
            field(&mut rows, &tile.to_bytes());
            field(&mut rows, root.as_bytes().as_slice());
            level += 1;
            if open.len() == level {
                open.push((0, Vec::new()));
            }
            open[level].1.push(root);
        }
        if rows.len() > 1 << 20 {
            into.send(std::mem::take(&mut rows)).await.unwrap();
        }
    }
    rows.extend((-1_i16).to_be_bytes());
    into.send(rows).await.unwrap();
    into.finish().await.unwrap();
    sqlx::query("ALTER TABLE audit.tiles ADD CONSTRAINT tiles_pkey PRIMARY KEY (organization_id, level, tile_index)")
        .execute(&mut *connection)
        .await
        .unwrap();
    edge(&mut connection, organization_id, leaves, &tree, &open[0]).await;
    // A tree that has grown over years was written to disk long ago: what planting it in minutes
    // leaves to do is done before anything is measured.
    for tidy in ["VACUUM ANALYZE audit.tiles", "VACUUM ANALYZE audit.stubs", "CHECKPOINT"] {
        sqlx::query(tidy).execute(&mut *connection).await.unwrap();
    }
    tree
}

/// What a tree has beside its full tiles: its batch, and as stubs what of the last tile is not
/// full: there are no events.
async fn edge(
    connection: &mut sqlx::PgConnection,
    organization_id: uuid::Uuid,
    leaves: u64,
    tree: &Frontier,
    (last, hashes): &(u64, Vec<Hash>),
) {
    sqlx::query("INSERT INTO audit.batches (organization_id, first_index, size, frontier, logged_at) VALUES ($1, 0, $2, $3, now())")
        .bind(organization_id)
        .bind(leaves.cast_signed())
        .bind(tree.to_bytes())
        .execute(&mut *connection)
        .await
        .unwrap();
    for (n, hash) in hashes.iter().enumerate() {
        sqlx::query("INSERT INTO audit.stubs (organization_id, log_index, leaf_hash) VALUES ($1, $2, $3)")
            .bind(organization_id)
            .bind((last * WIDTH as u64 + n as u64).cast_signed())
            .bind(hash.as_bytes().as_slice())
            .execute(&mut *connection)
            .await
            .unwrap();
    }
}

/// One column of a row of binary COPY: its length, then itself.
fn field(rows: &mut Vec<u8>, value: &[u8]) {
    rows.extend(u32::try_from(value.len()).unwrap().to_be_bytes());
    rows.extend(value);
}
