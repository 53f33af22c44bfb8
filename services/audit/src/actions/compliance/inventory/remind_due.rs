//! Reminds of due records: 30 days before, 7 days before and on the day; each once.

use crate::{
    AppState,
    actions::compliance::inventory::describe,
    domain::{REMINDERS_DAYS, reminder},
    store::compliance::inventory,
};
use chrono::Duration;
use mc_access::{RequestContext, tenancy};
use mc_contracts::{Interaction, InventoryDue};

/// Enqueues every reminder that is due; returns their number.
pub async fn execute(state: &AppState) -> Result<usize, sqlx::Error> {
    let context = RequestContext::for_worker("audit.inventory", &state.clock);
    let now = state.clock.now();
    let mut transaction = tenancy::begin_as_platform(&state.worker_pool).await?;
    let reached = REMINDERS_DAYS.map(|days| now + Duration::days(days.into()));
    let mut sent = 0;
    for mut record in inventory::list_due_for_update(&mut transaction, reached).await? {
        let Some(due_at) = record.due_at else { continue };
        let Some(days) = reminder(due_at, record.reminded_days, now) else {
            continue;
        };
        record.reminded_days = Some(days);
        inventory::update(&mut transaction, &record).await?;
        let due = InventoryDue {
            record_id: record.id,
            kind: record.kind.as_str().to_owned(),
            due_at,
            days_left: (due_at - now).num_seconds().div_euclid(86_400),
        };
        let organization_id = Some(record.tree.into());
        state.mailbox.enqueue(&mut transaction, organization_id, &due).await?;
        let audit = context.audit("audit.inventory.due", Interaction::Execute);
        let audit = describe(audit, &record)
            .detail("reminder_days", days)
            .detail("days_left", due.days_left);
        state.mailbox.enqueue(&mut transaction, organization_id, &audit).await?;
        sent += 1;
    }
    transaction.commit().await?;
    Ok(sent)
}
