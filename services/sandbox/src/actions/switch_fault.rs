//! Switches faults on and off.

use crate::{
    AppState,
    domain::fault::{Fault, Switch, Target},
    store::faults,
};
use mc_chassis::transaction::Transaction;

/// Switches a fault on. `unauthorized_once` is on for one request, whatever `times` is.
///
/// # Errors
/// Where the fault cannot be stored.
pub async fn switch_on(state: &AppState, mut switch: Switch) -> Result<(), sqlx::Error> {
    if switch.fault == Fault::UnauthorizedOnce {
        switch.times = Some(1);
    }
    let mut transaction = Transaction::begin(&state.pool, None).await?;
    faults::upsert(&mut transaction, switch, state.clock.now()).await?;
    transaction.commit().await?;
    state.webhooks.notify_one();
    Ok(())
}

/// Switches faults off; None selects all.
///
/// # Errors
/// Where the faults cannot be deleted.
pub async fn switch_off(state: &AppState, target: Option<Target>, fault: Option<Fault>) -> Result<(), sqlx::Error> {
    let mut transaction = Transaction::begin(&state.pool, None).await?;
    faults::delete(&mut transaction, target, fault).await?;
    transaction.commit().await?;
    state.webhooks.notify_one();
    Ok(())
}

/// The faults that are on.
///
/// # Errors
/// Where the faults cannot be read.
pub async fn list_switches(state: &AppState) -> Result<Vec<Switch>, sqlx::Error> {
    faults::list(&mut *state.pool.acquire().await?).await
}
