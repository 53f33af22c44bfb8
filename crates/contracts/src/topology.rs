//! Exchanges, queues and streams of the broker, and what each service may do with them.
//!
//! The operator declares them by importing `deploy/rabbitmq/definitions.json`, which is generated
//! from this module and `services.toml`. A service publishes and consumes; it has no right to
//! declare, bind or delete anything.

use crate::events::CATALOGUE;

/// The topic exchange of every event. The routing key is the event's type.
pub const EVENTS: &str = "medconnect.events";

/// How often a delivery may fail (return to its queue unacknowledged) before it becomes a dead
/// letter.
pub const DELIVERY_LIMIT: i32 = 20;

/// A quorum queue and its bindings to [`EVENTS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Queue {
    /// `<consumer>.<purpose>`: `audit.log`. Its dead letters are in `<name>.dead`.
    pub name: &'static str,
    /// Routing keys; `*` matches one word.
    pub bindings: &'static [&'static str],
    /// Whether only one of several processes consumes at a time, so that events are applied in the
    /// order of publication.
    pub ordered: bool,
}

/// A stream: an append-only log that many can read from any point, and that only its retention
/// shortens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stream {
    /// Name of the stream.
    pub name: &'static str,
    /// The exchange that it is bound to: [`EVENTS`], or one of its own with only this stream, where
    /// its messages are no events.
    pub exchange: &'static str,
    /// Routing keys on [`EVENTS`]; one empty key on an exchange of its own.
    pub bindings: &'static [&'static str],
    /// The service that may publish to its own exchange; None for a stream of events.
    pub publisher: Option<&'static str>,
    /// The services that may read it; empty for all.
    pub readers: &'static [&'static str],
    /// Retention, as RabbitMQ writes it (`1h`); None: for ever.
    pub max_age: Option<&'static str>,
}

/// Every service's audit records, in the order in which they were published.
pub const AUDIT_LOG: Queue = Queue {
    name: "audit.log",
    bindings: &["*.audit.recorded.v1"],
    ordered: true,
};

/// Every service's tallies.
pub const AUDIT_TALLIES: Queue = Queue {
    name: "audit.tallies",
    bindings: &["*.audit.tallied.v1"],
    ordered: false,
};

/// Alerts and reminders of compliance.
pub const AUDIT_NOTICES: Queue = Queue {
    name: "audit.notices",
    bindings: &["audit.alert.raised.v1", "audit.inventory.due.v1"],
    ordered: false,
};

/// Consent decisions, for charges.
pub const BILLING_CONSENTS: Queue = Queue {
    name: "billing.consents",
    bindings: &["ehr-proxy.consent.recorded.v1"],
    ordered: false,
};

/// Every service's circuit breakers.
pub const CONSOLE_BREAKERS: Queue = Queue {
    name: "console.breakers",
    bindings: &["*.breaker.changed.v1"],
    ordered: false,
};

/// Every queue.
pub const QUEUES: &[Queue] = &[
    AUDIT_LOG,
    AUDIT_TALLIES,
    AUDIT_NOTICES,
    BILLING_CONSENTS,
    CONSOLE_BREAKERS,
];

/// What every process of every service must hear. A process reads it from twenty minutes
/// before its start, so that it also knows what was published while it was not running.
pub const BROADCAST: Stream = Stream {
    name: "medconnect.broadcast",
    exchange: EVENTS,
    bindings: &["auth.access.revoked.v1", "auth.broadcast.marked.v1"],
    publisher: None,
    readers: &[],
    max_age: Some("1h"),
};

/// Signed checkpoints of the audit log.
pub const AUDIT_CHECKPOINTS: Stream = Stream {
    name: "audit.checkpoints",
    exchange: "medconnect.audit.checkpoints",
    bindings: &[""],
    publisher: Some("audit"),
    readers: &["audit"],
    max_age: None,
};

/// Every stream.
pub const STREAMS: &[Stream] = &[BROADCAST, AUDIT_CHECKPOINTS];

/// The operator's program `medconnect-mailbox`, which is no service: it brings dead letters back.
pub const OPERATOR: &str = "mailbox";

/// The broker's user of `service`. The broker accepts no other user in the property `user_id` of a
/// message, so that consumers know who sent it.
pub fn user_of(service: &str) -> String {
    format!("medconnect-{service}")
}

/// The service of a broker's user; None for other users.
pub fn service_of(user: &str) -> Option<&str> {
    user.strip_prefix("medconnect-")
}

/// Value of an argument of a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Argument {
    /// Text.
    Text(String),
    /// A 32-bit integer.
    Number(i32),
    /// A switch.
    Switch(bool),
}

impl Queue {
    /// The service that consumes it.
    pub fn consumer(&self) -> &'static str {
        self.name.split('.').next().unwrap_or_default()
    }

    /// Whether events of this type are routed to it.
    pub fn takes(&self, event_type: &str) -> bool {
        takes(self.bindings, event_type)
    }

    /// Name of the dead-letter queue.
    pub fn dead_letters(&self) -> String {
        format!("{}.dead", self.name)
    }

    /// Arguments of its declaration. `dead_letters` names the dead-letter queue: in tests it has a
    /// prefix.
    pub fn arguments(&self, dead_letters: &str) -> Vec<(&'static str, Argument)> {
        let mut arguments = vec![
            quorum(),
            ("x-delivery-limit", Argument::Number(DELIVERY_LIMIT)),
            ("x-dead-letter-exchange", Argument::Text(String::new())),
            ("x-dead-letter-routing-key", Argument::Text(dead_letters.to_owned())),
            // The dead-letter queue confirms a message before the original is removed.
            ("x-dead-letter-strategy", Argument::Text("at-least-once".to_owned())),
            ("x-overflow", Argument::Text("reject-publish".to_owned())),
        ];
        if self.ordered {
            arguments.push(("x-single-active-consumer", Argument::Switch(true)));
        }
        arguments
    }

    /// Arguments of the dead-letter queue's declaration.
    pub fn dead_letter_arguments() -> Vec<(&'static str, Argument)> {
        vec![quorum()]
    }
}

impl Stream {
    /// Arguments of its declaration.
    pub fn arguments(&self) -> Vec<(&'static str, Argument)> {
        let mut arguments = vec![("x-queue-type", Argument::Text("stream".to_owned()))];
        if let Some(age) = self.max_age {
            arguments.push(("x-max-age", Argument::Text(age.to_owned())));
            // Retention removes whole segments: small ones, so that it can.
            arguments.push(("x-stream-max-segment-size-bytes", Argument::Number(1_000_000)));
        }
        arguments
    }

    /// Whether events of this type are routed to it.
    pub fn takes(&self, event_type: &str) -> bool {
        takes(self.bindings, event_type)
    }

    /// Whether `service` may read it.
    pub fn is_read_by(&self, service: &str) -> bool {
        self.readers.is_empty() || self.readers.contains(&service)
    }
}

fn takes(bindings: &[&str], event_type: &str) -> bool {
    bindings.iter().any(|binding| matches(binding, event_type))
}

/// Whether a binding of a topic exchange matches a routing key; `*` is one word.
fn matches(binding: &str, key: &str) -> bool {
    let (mut expected, mut words) = (binding.split('.'), key.split('.'));
    loop {
        match (expected.next(), words.next()) {
            (None, None) => return true,
            (Some(expected), Some(word)) if expected == "*" || expected == word => {}
            _ => return false,
        }
    }
}

fn quorum() -> (&'static str, Argument) {
    ("x-queue-type", Argument::Text("quorum".to_owned()))
}

/// The event types that `service` may publish, as routing keys: those of the catalogue that begin
/// with its name, and those that every service publishes.
pub fn published_by(service: &str) -> Vec<String> {
    CATALOGUE
        .iter()
        .filter_map(|entry| {
            let (owner, rest) = entry.routing_key.split_once('.')?;
            (owner == "*" || owner == service).then(|| format!("{service}.{rest}"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_publishes_its_own_events_and_those_of_every_service() {
        let published = published_by("ehr-proxy");
        assert!(published.contains(&"ehr-proxy.consent.recorded.v1".to_owned()));
        assert!(published.contains(&"ehr-proxy.audit.recorded.v1".to_owned()));
        assert!(!published_by("billing").iter().any(|key| key.contains("consent")));
    }

    #[test]
    fn every_binding_takes_an_event_of_the_catalogue() {
        let queues = QUEUES.iter().flat_map(|queue| queue.bindings);
        for binding in queues {
            assert!(CATALOGUE.iter().any(|entry| entry.routing_key == *binding), "{binding}");
        }
    }

    #[test]
    fn a_queue_takes_the_types_that_it_is_bound_to() {
        assert!(BILLING_CONSENTS.takes("ehr-proxy.consent.recorded.v1"));
        assert!(AUDIT_LOG.takes("eligibility.audit.recorded.v1"));
        for other in [
            "eligibility.audit.recorded.v1",
            "ehr-proxy.consent.recorded.v1.x",
            "ehr-proxy.consent.recorded",
            "",
        ] {
            assert!(!BILLING_CONSENTS.takes(other), "{other}");
        }
        assert!(!BROADCAST.takes("auth.audit.recorded.v1"));
    }

    #[test]
    fn a_user_names_its_service() {
        assert_eq!(service_of(&user_of("ehr-proxy")), Some("ehr-proxy"));
        assert_eq!(service_of("guest"), None);
    }
}
