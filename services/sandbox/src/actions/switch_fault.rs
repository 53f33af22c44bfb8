//! Switches faults on and off.

use crate::{
    Desk,
    domain::fault::{Fault, Switch, Target},
    store::faults,
};

/// Switches one on. A fault that shows itself once is on for one time, whatever was asked.
///
/// # Errors
/// The database's.
pub async fn switch_on(desk: &Desk, mut switch: Switch) -> Result<(), sqlx::Error> {
    if switch.fault == Fault::UnauthorizedOnce {
        switch.times = Some(1);
    }
    let mut transaction = desk.pool.begin().await?;
    faults::insert(&mut transaction, switch, desk.clock.now()).await?;
    transaction.commit().await?;
    desk.webhooks.notify_one();
    Ok(())
}

/// Switches off what is named; None stands for every one.
///
/// # Errors
/// The database's.
pub async fn switch_off(desk: &Desk, target: Option<Target>, fault: Option<Fault>) -> Result<(), sqlx::Error> {
    let mut transaction = desk.pool.begin().await?;
    faults::delete(&mut transaction, target, fault).await?;
    transaction.commit().await?;
    desk.webhooks.notify_one();
    Ok(())
}

/// What is on.
///
/// # Errors
/// The database's.
pub async fn list_switches(desk: &Desk) -> Result<Vec<Switch>, sqlx::Error> {
    faults::list(&mut *desk.pool.acquire().await?).await
}
