//! Reads the log in the order of its commits, over all trees.

use crate::{
    AppState,
    domain::Logged,
    store::log::{
        events,
        trees::{self, Batch},
    },
};
use mc_access::tenancy;
use sqlx::PgConnection;

/// The events of the commits after `sequence`, about `most` of them, and the sequence they reach.
pub async fn read_after(
    connection: &mut PgConnection,
    sequence: i64,
    most: i64,
) -> Result<(Vec<Logged>, i64), sqlx::Error> {
    let batches: Vec<Batch> = trees::list_after(connection, sequence, most).await?;
    let (mut logged, mut upto) = (Vec::new(), sequence);
    for batch in batches {
        let full = i64::try_from(logged.len()).is_ok_and(|read| read >= most);
        if full {
            break;
        }
        logged.extend(events::list_range(connection, batch.tree, batch.first, batch.size).await?);
        upto = batch.sequence;
    }
    Ok((logged, upto))
}

/// [`read_after`] in a transaction of its own, over all organisations.
pub async fn execute(state: &AppState, sequence: i64, most: i64) -> Result<(Vec<Logged>, i64), sqlx::Error> {
    let mut transaction = tenancy::begin_as_platform(&state.worker_pool).await?;
    read_after(&mut transaction, sequence, most).await
}
