//! Reads the newest signed checkpoint.

use crate::{
    AppState,
    actions::log::sign_checkpoints::{self, SignCheckpointsError},
    store::log::checkpoints::Signed,
};
use mc_access::RequestContext;

/// Signs what was appended, and returns the newest checkpoint of the caller's organization; None
/// where its log is empty.
pub async fn execute(context: &RequestContext, state: &AppState) -> Result<Option<Signed>, SignCheckpointsError> {
    sign_checkpoints::newest(state, context.organization_id().uuid()).await
}
