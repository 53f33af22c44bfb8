//! Every public event.

use crate::audit::AuditRecord;
use chrono::{DateTime, Utc};
use mc_vocabulary::{AlertId, ConsentId, EncounterId, PatientId, RecordId, UserId};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// Something that a service tells the others.
pub trait Event: Serialize + DeserializeOwned {
    /// What follows the service's name in the type and routing key: `payment.succeeded.v1`.
    const NAME: &'static str;

    /// Id of what it is about.
    fn subject(&self) -> Option<String>;
}

/// What stands in the catalogue of events.
pub struct CatalogueEntry {
    /// Routing key; `*` where several services tell it.
    pub routing_key: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// Who listens, on which queue.
    pub consumers: &'static str,
}

/// Every event, in the order of its routing key.
pub const CATALOGUE: &[CatalogueEntry] = &[
    CatalogueEntry {
        routing_key: "*.audit.recorded.v1",
        meaning: "Somebody did something that belongs in the audit log.",
        consumers: "audit: `audit.log`",
    },
    CatalogueEntry {
        routing_key: "*.audit.tallied.v1",
        meaning: "So many audit records a service committed in a time, to be compared with what was logged.",
        consumers: "audit: `audit.tallies`",
    },
    CatalogueEntry {
        routing_key: "*.breaker.changed.v1",
        meaning: "A circuit breaker before a system that we do not own changed its state.",
        consumers: "console: `console.breakers`",
    },
    CatalogueEntry {
        routing_key: "audit.alert.raised.v1",
        meaning: "A rule of breach detection opened a case.",
        consumers: "audit: `audit.notices`; pagers and ticket systems bind queues of their own",
    },
    CatalogueEntry {
        routing_key: "audit.inventory.due.v1",
        meaning: "An agreement, risk assessment, training or incident of compliance's inventory comes due, or is overdue.",
        consumers: "audit: `audit.notices`; pagers and ticket systems bind queues of their own",
    },
    CatalogueEntry {
        routing_key: "ehr-proxy.consent.recorded.v1",
        meaning: "A patient's decision was recorded, for treatment or for payment.",
        consumers: "billing: `billing.consents`",
    },
];

impl Event for AuditRecord {
    const NAME: &'static str = "audit.recorded.v1";
    fn subject(&self) -> Option<String> {
        self.entity.as_ref().map(|entity| entity.id.clone())
    }
}

/// `<service>.audit.tallied.v1`: how many audit records the service committed with ids made in `[since, until)`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// From, inclusive.
    pub since: DateTime<Utc>,
    /// To, exclusive.
    pub until: DateTime<Utc>,
    /// How many.
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
    /// The upstream's name.
    pub upstream: String,
    /// State before: CLOSED, OPEN, `HALF_OPEN`.
    pub from: String,
    /// State now.
    pub to: String,
    /// When.
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

/// `audit.alert.raised.v1`: a rule of breach detection opened a case. Ids and facts; about whom, the audit service tells those who may know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertRaised {
    /// The case.
    pub alert_id: AlertId,
    /// The rule that saw it.
    pub rule: String,
    /// `low`, `medium`, `high`.
    pub severity: String,
    /// What the case is about: `actor`, `source_ip`, …
    pub subject_kind: String,
    /// Which: a user or client id, an address, a pseudonym.
    pub subject_id: String,
    /// What was measured.
    pub figure: u64,
    /// From where on it is a case.
    pub threshold: u64,
    /// When the last event of it happened.
    pub happened_at: DateTime<Utc>,
    /// When the case was opened.
    pub raised_at: DateTime<Utc>,
    /// By when patients must have notice if it is a breach (45 CFR 164.404); None where the rule sees no patient data.
    pub notice_due_at: Option<DateTime<Utc>>,
}

impl Event for AlertRaised {
    const NAME: &'static str = "alert.raised.v1";
    fn subject(&self) -> Option<String> {
        Some(self.alert_id.to_string())
    }
}

/// `audit.inventory.due.v1`: something of compliance's inventory comes due, or is overdue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InventoryDue {
    /// The record.
    pub record_id: RecordId,
    /// `agreements`, `risk-assessments`, `trainings`, `incidents`.
    pub kind: String,
    /// When it is due.
    pub due_at: DateTime<Utc>,
    /// Days left; 0 on the day, less when overdue.
    pub days_left: i64,
}

impl Event for InventoryDue {
    const NAME: &'static str = "inventory.due.v1";
    fn subject(&self) -> Option<String> {
        Some(self.record_id.to_string())
    }
}

/// What a patient agreed to or refused.
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
    /// Agreed.
    Permit,
    /// Refused or withdrawn.
    Deny,
}

/// `ehr-proxy.consent.recorded.v1`: a patient's decision was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentRecorded {
    /// The record.
    pub consent_id: ConsentId,
    /// Whose decision.
    pub patient_id: PatientId,
    /// About what.
    pub purpose: ConsentPurpose,
    /// Which way.
    pub decision: ConsentDecision,
    /// For which visit; None: every visit.
    pub encounter_id: Option<EncounterId>,
    /// To whom; None: everyone of the organisation whose role allows it.
    pub grantee: Option<UserId>,
    /// When it was recorded; a later decision replaces an earlier one.
    pub recorded_at: DateTime<Utc>,
}

impl Event for ConsentRecorded {
    const NAME: &'static str = "consent.recorded.v1";
    fn subject(&self) -> Option<String> {
        Some(self.consent_id.to_string())
    }
}
