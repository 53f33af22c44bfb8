//! The audit record: who did what, when, where and why, as HIPAA 164.312(b) requires and
//! AuditEvents of IHE BALP express.

use chrono::{DateTime, Utc};
use mc_vocabulary::PatientId;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, net::IpAddr};

/// FHIR `AuditEvent.action`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Interaction {
    /// Something was created.
    #[serde(rename = "C")]
    Create,
    /// Something was read.
    #[serde(rename = "R")]
    Read,
    /// Something was changed.
    #[serde(rename = "U")]
    Update,
    /// Something was deleted.
    #[serde(rename = "D")]
    Delete,
    /// Something was executed: a sign-in, a search, a check.
    #[serde(rename = "E")]
    Execute,
}

/// Outcome of the interaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It succeeded.
    Success,
    /// It was refused: the caller is not authorized.
    Denied,
    /// It failed.
    Failure,
}

/// Kind of actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A person.
    User,
    /// A machine with credentials of its own.
    Client,
    /// The platform itself: a worker, or a webhook with a valid signature.
    System,
    /// Unknown.
    Anonymous,
}

/// Who acted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// Kind of actor.
    pub kind: ActorKind,
    /// User or client id, or the name of a worker. Never a name or e-mail address.
    pub id: String,
    /// Roles held at the time.
    pub roles: Vec<String>,
    /// Session of the actor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    /// Device named at sign-in.
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

    /// An unknown actor: a failed sign-in, a request without a token.
    pub fn anonymous() -> Self {
        Self {
            kind: ActorKind::Anonymous,
            ..Self::system("anonymous")
        }
    }
}

/// What the interaction was about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity {
    /// Type, such as `Encounter`, `Coverage`, `payment`.
    pub kind: String,
    /// Its id.
    pub id: String,
}

/// `<service>.audit.recorded.v1`: one interaction. Ids and facts, never clinical content.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AuditRecord {
    /// `<service>.<thing>.<verb>`, such as `ehr.patient_summary.read`.
    pub action: String,
    /// Kind of interaction.
    pub interaction: Interaction,
    /// Outcome.
    pub outcome: Outcome,
    /// Actor.
    pub actor: Actor,
    /// Time of the interaction.
    pub occurred_at: DateTime<Utc>,
    /// IP address of the caller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_ip: Option<IpAddr>,
    /// W3C trace id that the caller received in `X-Trace-Id`.
    pub trace_id: String,
    /// The patient concerned. The audit service stores a pseudonym instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patient_id: Option<PatientId>,
    /// What the interaction was about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity: Option<Entity>,
    /// Purpose of use, as a code of v3-ActReason: TREAT, HPAYMT, ETREAT, …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// Justification in the caller's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub justification: Option<String>,
    /// Whether it was an emergency access (break-glass).
    #[serde(default)]
    pub emergency: bool,
    /// Facts of the action: amount, currency, elements accessed, compliance flags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<String, serde_json::Value>,
}

impl AuditRecord {
    /// Adds a fact. Ids, codes and numbers only.
    pub fn detail(mut self, name: &str, value: impl Into<serde_json::Value>) -> Self {
        self.details.insert(name.to_owned(), value.into());
        self
    }

    /// The same record with another action, for what is recorded before it is done.
    pub fn named(mut self, action: &str) -> Self {
        action.clone_into(&mut self.action);
        self
    }

    /// Records whether the rules for access to patient data authorized the caller, as
    /// `compliance_flags.authorized_access`.
    pub fn validated(self, authorized: bool) -> Self {
        self.compliance("authorized_access", authorized)
    }

    /// Records the result of one check in `compliance_flags`. A flag that was not checked is left
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

    /// Sets the patient concerned.
    pub fn patient(mut self, patient_id: PatientId) -> Self {
        self.patient_id = Some(patient_id);
        self
    }

    /// Sets what the interaction was about.
    pub fn entity(mut self, kind: &str, id: impl ToString) -> Self {
        self.entity = Some(Entity {
            kind: kind.to_owned(),
            id: id.to_string(),
        });
        self
    }

    /// Sets the purpose of use.
    pub fn purpose(mut self, code: &str) -> Self {
        self.purpose = Some(code.to_owned());
        self
    }

    /// Sets the caller's justification.
    pub fn justified(mut self, words: &str) -> Self {
        self.justification = Some(words.to_owned());
        self
    }

    /// Sets the outcome. Default: success.
    pub fn outcome(mut self, outcome: Outcome) -> Self {
        self.outcome = outcome;
        self
    }

    /// Marks an emergency access (break-glass).
    pub fn emergency(mut self) -> Self {
        self.emergency = true;
        self
    }
}
