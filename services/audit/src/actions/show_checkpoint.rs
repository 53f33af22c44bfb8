//! The newest signed checkpoint of an organisation's log.

use super::sign_checkpoints::{SignCheckpointsError, sign_checkpoints};
use crate::{
    Desk,
    store::checkpoints::{self, Signed},
};
use mc_access::wall;
use uuid::Uuid;

/// Signs what has grown, and gives the newest checkpoint of `tree`; None where it is empty.
///
/// # Errors
/// [`SignCheckpointsError`].
pub async fn show_checkpoint(desk: &Desk, tree: Uuid) -> Result<Option<Signed>, SignCheckpointsError> {
    sign_checkpoints(desk).await?;
    let mut transaction = wall::begin_as_platform(&desk.pool).await?;
    Ok(checkpoints::find_newest(&mut transaction, tree).await?)
}
