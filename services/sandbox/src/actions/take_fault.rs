//! Whether a request or a webhook is subject to a fault that is on.

use crate::{
    AppState,
    domain::fault::{Fault, Target},
    store::faults,
};
use mc_chassis::transaction::Transaction;

/// The first fault of `target` that is on and that `applies`; its remaining count is reduced by
/// one.
///
/// # Errors
/// Where the faults cannot be read or written.
pub async fn take_fault(
    state: &AppState,
    target: Target,
    applies: impl Fn(Fault) -> bool,
) -> Result<Option<Fault>, sqlx::Error> {
    let on = faults::list_of(&mut *state.pool.acquire().await?, target).await?;
    for fault in on.into_iter().filter(|fault| applies(*fault)) {
        let mut transaction = Transaction::begin(&state.pool, None).await?;
        let taken = faults::update_used(&mut transaction, target, fault).await?;
        transaction.commit().await?;
        if taken {
            return Ok(Some(fault));
        }
    }
    Ok(None)
}
