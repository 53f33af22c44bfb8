//! What compliance must be told: alerts, and what comes due. Here it goes into the operator's log, by which a pager may be set; other
//! systems bind queues of their own to the same events.

use mc_contracts::{AlertRaised, Envelope, Event, InventoryDue};
use mc_mailbox::{Queue, Verdict};

/// Alerts and reminders.
pub const QUEUE: Queue = Queue {
    name: "audit.notices",
    bindings: &["audit.alert.raised.v1", "audit.inventory.due.v1"],
    ordered: false,
};

/// Tells one.
pub fn handle(envelope: &Envelope) -> Verdict {
    if envelope.event_type.ends_with(AlertRaised::NAME) {
        let Ok(alert) = envelope.event::<AlertRaised>() else {
            return Verdict::Reject("not an alert");
        };
        tracing::warn!(alert.id = %alert.alert_id, alert.rule = alert.rule, alert.severity = alert.severity, alert.figure, alert.threshold,
            "a rule of breach detection opened a case");
    } else {
        let Ok(due) = envelope.event::<InventoryDue>() else {
            return Verdict::Reject("not a reminder");
        };
        tracing::warn!(record.id = %due.record_id, record.kind = due.kind, record.days_left = due.days_left,
            "something of compliance's inventory comes due");
    }
    Verdict::Done
}
