//! Notices for compliance: alerts and due records. They are written to the operator's log, which a
//! pager can watch; other systems bind queues of their own to the same events.

use mc_contracts::{AlertRaised, Envelope, Event, InventoryDue, Queue, topology};
use mc_mailbox::Verdict;

/// Alerts and reminders.
pub const QUEUE: Queue = topology::AUDIT_NOTICES;

/// Logs one notice.
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
