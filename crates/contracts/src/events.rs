//! Every public event.

use crate::audit::AuditRecord;
use chrono::{DateTime, Utc};
use mc_vocabulary::{AlertId, ConsentId, EncounterId, PatientId, RecordId, SessionId, UserId};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// An event that a service publishes for others.
pub trait Event: Serialize + DeserializeOwned {
    /// The type and routing key after the service's name: `consent.recorded.v1`.
    const NAME: &'static str;

    /// Id of the event's subject.
    fn subject(&self) -> Option<String>;
}

/// An entry of the event catalogue.
pub struct CatalogueEntry {
    /// Routing key; `*` where several services publish it.
    pub routing_key: &'static str,
    /// Meaning.
    pub meaning: &'static str,
    /// Consumers and their queues.
    pub consumers: &'static str,
}

/// Every event, in the order of routing keys.
pub const CATALOGUE: &[CatalogueEntry] = &[
    CatalogueEntry {
        routing_key: "*.audit.recorded.v1",
        meaning: "An interaction that belongs in the audit log.",
        consumers: "audit: `audit.log`",
    },
    CatalogueEntry {
        routing_key: "*.audit.tallied.v1",
        meaning: "The number of audit records that a service committed in a period, for reconciliation with the audit log.",
        consumers: "audit: `audit.tallies`",
    },
    CatalogueEntry {
        routing_key: "*.breaker.changed.v1",
        meaning: "The circuit breaker of an external system changed its state.",
        consumers: "console: `console.breakers`",
    },
    CatalogueEntry {
        routing_key: "audit.alert.raised.v1",
        meaning: "A rule of breach detection opened a case.",
        consumers: "audit: `audit.notices`; pagers and ticket systems bind queues of their own",
    },
    CatalogueEntry {
        routing_key: "audit.inventory.due.v1",
        meaning: "An agreement, risk assessment, training or incident of the compliance inventory is due soon or overdue.",
        consumers: "audit: `audit.notices`; pagers and ticket systems bind queues of their own",
    },
    CatalogueEntry {
        routing_key: "auth.access.revoked.v1",
        meaning: "A session ended; services refuse its access tokens from now on.",
        consumers: "every process of every service, by broadcast",
    },
    CatalogueEntry {
        routing_key: "auth.broadcast.marked.v1",
        meaning: "Every broadcast up to a time has been published, so that who hears this has heard them.",
        consumers: "every process of every service, by broadcast",
    },
    CatalogueEntry {
        routing_key: "ehr-proxy.consent.recorded.v1",
        meaning: "A patient's consent decision for treatment or payment was recorded.",
        consumers: "billing: `billing.consents`",
    },
];

impl Event for AuditRecord {
    const NAME: &'static str = "audit.recorded.v1";
    fn subject(&self) -> Option<String> {
        self.entity.as_ref().map(|entity| entity.id.clone())
    }
}

/// `<service>.audit.tallied.v1`: the number of audit records that the service committed with ids
/// created in `[since, until)`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Start, inclusive.
    pub since: DateTime<Utc>,
    /// End, exclusive.
    pub until: DateTime<Utc>,
    /// Number of records.
    pub recorded: i64,
}

impl Event for Tally {
    const NAME: &'static str = "audit.tallied.v1";
    fn subject(&self) -> Option<String> {
        None
    }
}

/// `<service>.breaker.changed.v1`: a circuit breaker changed its state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreakerChanged {
    /// Name of the upstream.
    pub upstream: String,
    /// Previous state: CLOSED, OPEN, `HALF_OPEN`.
    pub from: String,
    /// New state.
    pub to: String,
    /// Time of the change.
    pub at: DateTime<Utc>,
    /// Kind of the last failure; never a message of the upstream.
    pub reason: String,
}

impl Event for BreakerChanged {
    const NAME: &'static str = "breaker.changed.v1";
    fn subject(&self) -> Option<String> {
        Some(self.upstream.clone())
    }
}

/// `audit.alert.raised.v1`: a rule of breach detection opened a case. Ids and facts; the audit
/// service reveals patients to authorized callers only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertRaised {
    /// The case.
    pub alert_id: AlertId,
    /// The rule that opened it.
    pub rule: String,
    /// `low`, `medium`, `high`.
    pub severity: String,
    /// Kind of subject: `actor`, `source_ip`, …
    pub subject_kind: String,
    /// Id of the subject: a user or client id, an address, a pseudonym.
    pub subject_id: String,
    /// Measured value.
    pub figure: u64,
    /// Value from which the rule opens a case.
    pub threshold: u64,
    /// Time of the last event of the case.
    pub happened_at: DateTime<Utc>,
    /// Time when the case was opened.
    pub raised_at: DateTime<Utc>,
    /// Deadline for notifying patients if it is a breach (45 CFR 164.404); None where the rule
    /// concerns no patient data.
    pub notice_due_at: Option<DateTime<Utc>>,
}

impl Event for AlertRaised {
    const NAME: &'static str = "alert.raised.v1";
    fn subject(&self) -> Option<String> {
        Some(self.alert_id.to_string())
    }
}

/// `audit.inventory.due.v1`: a record of the compliance inventory is due soon or overdue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InventoryDue {
    /// The record.
    pub record_id: RecordId,
    /// `agreements`, `risk-assessments`, `trainings`, `incidents`.
    pub kind: String,
    /// Due date.
    pub due_at: DateTime<Utc>,
    /// Days left; 0 on the due date, negative when overdue.
    pub days_left: i64,
}

impl Event for InventoryDue {
    const NAME: &'static str = "inventory.due.v1";
    fn subject(&self) -> Option<String> {
        Some(self.record_id.to_string())
    }
}

/// What a consent is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConsentPurpose {
    /// Reading and writing the chart.
    Treatment,
    /// Being charged for a visit.
    Payment,
}

/// The decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConsentDecision {
    /// Consent given.
    Permit,
    /// Consent refused or withdrawn.
    Deny,
}

/// `ehr-proxy.consent.recorded.v1`: a consent decision was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentRecorded {
    /// The consent record.
    pub consent_id: ConsentId,
    /// The patient who decided.
    pub patient_id: PatientId,
    /// What the consent is for.
    pub purpose: ConsentPurpose,
    /// The decision.
    pub decision: ConsentDecision,
    /// The visit; None: every visit.
    pub encounter_id: Option<EncounterId>,
    /// The user the consent is given to; None: everyone in the organization whose role allows it.
    pub grantee: Option<UserId>,
    /// Time of recording, by the clock of the process that recorded it.
    pub recorded_at: DateTime<Utc>,
    /// Place in the order of decisions: of two about the same patient or visit, the higher one was
    /// recorded later and replaces the other. None in events of releases without it, which are
    /// ordered by time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<i64>,
}

impl Event for ConsentRecorded {
    const NAME: &'static str = "consent.recorded.v1";
    fn subject(&self) -> Option<String> {
        Some(self.consent_id.to_string())
    }
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevocationReason {
    /// The user signed out.
    SignedOut,
    /// A refresh token was presented twice and may have been stolen.
    RefreshTokenReused,
    /// The user's account was disabled.
    UserDisabled,
    /// A reason of a later release.
    #[serde(other)]
    Other,
}

/// `auth.access.revoked.v1`: a session ended. Its access tokens are valid by signature until they
/// expire; every service refuses them from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessRevoked {
    /// The session.
    pub session_id: SessionId,
    /// Expiry of its last access token: the event has no meaning after it.
    pub expires_at: DateTime<Utc>,
    /// Why it ended.
    pub reason: RevocationReason,
}

impl Event for AccessRevoked {
    const NAME: &'static str = "access.revoked.v1";
    fn subject(&self) -> Option<String> {
        Some(self.session_id.to_string())
    }
}

/// `auth.broadcast.marked.v1`: every broadcast event that was committed before `as_of` has been
/// published before this. Sent every second by a relay that has nothing to broadcast, without the
/// outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BroadcastMark {
    /// The time.
    pub as_of: DateTime<Utc>,
}

impl Event for BroadcastMark {
    const NAME: &'static str = "broadcast.marked.v1";
    fn subject(&self) -> Option<String> {
        None
    }
}
