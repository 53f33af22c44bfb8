//! The newest signed checkpoint of an organisation's log.

use crate::{
    AppState,
    actions::log::sign_checkpoints::{SignCheckpointsError, sign_checkpoints},
    store::log::checkpoints::{self, Signed},
};
use mc_access::tenancy;
use uuid::Uuid;

/// Signs what has grown, and gives the newest checkpoint of `tree`; None where it is empty.
///
/// # Errors
/// [`SignCheckpointsError`].
pub async fn get_checkpoint(state: &AppState, tree: Uuid) -> Result<Option<Signed>, SignCheckpointsError> {
    sign_checkpoints(state).await?;
    let mut transaction = tenancy::begin_as_platform(&state.pool).await?;
    Ok(checkpoints::find_newest(&mut transaction, tree).await?)
}
