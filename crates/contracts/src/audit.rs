//! The audit record: who did what, when, where and why, as HIPAA 164.312(b) asks and BALP's AuditEvent can express.

use chrono::{DateTime, Utc};
use mc_vocabulary::PatientId;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, net::IpAddr};

/// FHIR `AuditEvent.action`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Interaction {
    /// Something came into being.
    #[serde(rename = "C")]
    Create,
    /// Something was looked at.
    #[serde(rename = "R")]
    Read,
    /// Something changed.
    #[serde(rename = "U")]
    Update,
    /// Something went.
    #[serde(rename = "D")]
    Delete,
    /// Something was done: a sign-in, a search, a check.
    #[serde(rename = "E")]
    Execute,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// As asked.
    Success,
    /// Refused: the caller may not.
    Denied,
    /// It did not work.
    Failure,
}

/// What kind of caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A person.
    User,
    /// A machine with credentials of its own.
    Client,
    /// The platform itself: a worker, a webhook that proved its sender.
    System,
    /// Nobody known.
    Anonymous,
}

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// What kind of caller.
    pub kind: ActorKind,
    /// User or client id, or the name of a worker; never a name or e-mail address.
    pub id: String,
    /// Roles held at the time.
    pub roles: Vec<String>,
    /// The sign-in it happened under.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    /// Device, as the caller named it at sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_id: Option<String>,
}

impl Actor {
    /// A worker of the platform.
    pub fn system(name: &str) -> Self {
        Self {
            kind: ActorKind::System,
            id: name.to_owned(),
            roles: Vec::new(),
            session_id: None,
            device_id: None,
        }
    }

    /// Nobody known: a failed sign-in, a request without a token.
    pub fn anonymous() -> Self {
        Self {
            kind: ActorKind::Anonymous,
            ..Self::system("anonymous")
        }
    }
}

/// What it was done to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity {
    /// Such as `Encounter`, `Coverage`, `payment`.
    pub kind: String,
    /// Its id.
    pub id: String,
}

/// `<service>.audit.recorded.v1`: one thing that somebody did. Ids and facts, never clinical content.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AuditRecord {
    /// What, as `<service>.<thing>.<verb>`: `ehr.patient_summary.read`.
    pub action: String,
    /// What kind of interaction.
    pub interaction: Interaction,
    /// How it ended.
    pub outcome: Outcome,
    /// Who.
    pub actor: Actor,
    /// When.
    pub occurred_at: DateTime<Utc>,
    /// Where from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_ip: Option<IpAddr>,
    /// W3C trace id that the caller saw in `X-Trace-Id`.
    pub trace_id: String,
    /// About whom; the audit service masks it before it is stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patient_id: Option<PatientId>,
    /// To what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity: Option<Entity>,
    /// Why, as a code of v3-ActReason: TREAT, HPAYMT, ETREAT, …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// Why, in the caller's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub justification: Option<String>,
    /// Whether somebody broke the glass.
    #[serde(default)]
    pub emergency: bool,
    /// Facts that belong to the action: amount, currency, elements accessed, compliance flags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<String, serde_json::Value>,
}

impl AuditRecord {
    /// Adds a fact. Ids, codes and figures only.
    pub fn detail(mut self, name: &str, value: impl Into<serde_json::Value>) -> Self {
        self.details.insert(name.to_owned(), value.into());
        self
    }

    /// The same under another action: what is announced before it is done.
    pub fn named(mut self, action: &str) -> Self {
        action.clone_into(&mut self.action);
        self
    }

    /// States whether the rules for access to patient data authorized the caller, as
    /// `compliance_flags.authorized_access`.
    pub fn validated(self, authorized: bool) -> Self {
        self.compliance("authorized_access", authorized)
    }

    /// States one thing that was checked, in `compliance_flags`. A flag that nothing checked is left
    /// out: no flag is a constant.
    pub fn compliance(mut self, flag: &str, holds: bool) -> Self {
        let flags = self
            .details
            .entry("compliance_flags".to_owned())
            .or_insert_with(|| serde_json::json!({}));
        if let Some(flags) = flags.as_object_mut() {
            flags.insert(flag.to_owned(), holds.into());
        }
        self
    }

    /// Says about whom.
    pub fn patient(mut self, patient_id: PatientId) -> Self {
        self.patient_id = Some(patient_id);
        self
    }

    /// Says to what.
    pub fn entity(mut self, kind: &str, id: impl ToString) -> Self {
        self.entity = Some(Entity {
            kind: kind.to_owned(),
            id: id.to_string(),
        });
        self
    }

    /// Says why, as a code.
    pub fn purpose(mut self, code: &str) -> Self {
        self.purpose = Some(code.to_owned());
        self
    }

    /// Says why, in the caller's words.
    pub fn justified(mut self, words: &str) -> Self {
        self.justification = Some(words.to_owned());
        self
    }

    /// Says how it ended; success unless told.
    pub fn outcome(mut self, outcome: Outcome) -> Self {
        self.outcome = outcome;
        self
    }

    /// Marks the breaking of the glass (A11).
    pub fn emergency(mut self) -> Self {
        self.emergency = true;
        self
    }
}
