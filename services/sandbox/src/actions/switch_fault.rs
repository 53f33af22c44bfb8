//! Switches faults on and off.

use crate::{
    AppState,
    domain::fault::{Fault, Switch, Target},
    store::faults,
};

/// Switches one on. A fault that shows itself once is on for one time, whatever was asked.
///
/// # Errors
/// The database's.
pub async fn switch_on(state: &AppState, mut switch: Switch) -> Result<(), sqlx::Error> {
    if switch.fault == Fault::UnauthorizedOnce {
        switch.times = Some(1);
    }
    let mut transaction = state.pool.begin().await?;
    faults::insert(&mut transaction, switch, state.clock.now()).await?;
    transaction.commit().await?;
    state.webhooks.notify_one();
    Ok(())
}

/// Switches off what is named; None stands for every one.
///
/// # Errors
/// The database's.
pub async fn switch_off(state: &AppState, target: Option<Target>, fault: Option<Fault>) -> Result<(), sqlx::Error> {
    let mut transaction = state.pool.begin().await?;
    faults::delete(&mut transaction, target, fault).await?;
    transaction.commit().await?;
    state.webhooks.notify_one();
    Ok(())
}

/// What is on.
///
/// # Errors
/// The database's.
pub async fn list_switches(state: &AppState) -> Result<Vec<Switch>, sqlx::Error> {
    faults::list(&mut *state.pool.acquire().await?).await
}
