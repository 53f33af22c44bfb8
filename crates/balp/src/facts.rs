//! What must be known of an event to write it as an `AuditEvent`.

use crate::Kind;
use serde_json::Value;
use std::collections::BTreeMap;

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The action was carried out.
    Success,
    /// Refused: the caller may not.
    Denied,
    /// It did not work.
    Failure,
}

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor<'a> {
    /// A person, through some application.
    Person {
        /// User id.
        id: &'a str,
        /// Roles held at the time.
        roles: &'a [String],
        /// The application or device, as it was named at sign-in.
        device: Option<&'a str>,
    },
    /// A machine with credentials of its own.
    Machine {
        /// Client id.
        id: &'a str,
    },
    /// A worker of the platform.
    Worker {
        /// Its name.
        name: &'a str,
    },
    /// Nobody known.
    Nobody,
}

/// Something that an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject<'a> {
    /// Such as `Encounter`, `Payment`.
    pub kind: &'a str,
    /// Its id.
    pub id: &'a str,
}

/// Somebody outside who got patient data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recipient<'a> {
    /// Name of the person or organisation.
    pub name: &'a str,
    /// Where it was sent: an address of any kind.
    pub address: Option<&'a str>,
}

/// The facts of one event. Ids, codes and figures; the patient is a pseudonym.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    /// Id of the event, and of the resource.
    pub id: &'a str,
    /// What kind of event it is.
    pub kind: Kind,
    /// Our own name of what was done.
    pub action: &'a str,
    /// C, R, U, D or E as the service recorded it.
    pub interaction: char,
    /// When it was recorded where it happened, RFC 3339.
    pub recorded: &'a str,
    /// When it entered the log, RFC 3339.
    pub logged: Option<&'a str>,
    /// How it ended.
    pub outcome: Outcome,
    /// Why it ended so, as a short code.
    pub reason: Option<&'a str>,
    /// Who did it.
    pub actor: Actor<'a>,
    /// Where the caller was: an IP address.
    pub client_address: Option<&'a str>,
    /// The service that did it and recorded it.
    pub service: &'a str,
    /// Whose data it is.
    pub organization: Option<&'a str>,
    /// Pseudonym of the patient.
    pub patient: Option<&'a str>,
    /// What it was done to.
    pub subject: Option<Subject<'a>>,
    /// The request of a search as it was made, without raw patient ids.
    pub query: Option<&'a str>,
    /// The consent that decided.
    pub consent: Option<&'a str>,
    /// Who got the data, for a disclosure.
    pub recipient: Option<Recipient<'a>>,
    /// The caller's `X-Request-Id` and `X-Trace-Id`.
    pub trace_id: &'a str,
    /// Code of v3-ActReason.
    pub purpose: Option<&'a str>,
    /// Why, in the caller's words.
    pub justification: Option<&'a str>,
    /// Whether it was an emergency access (break-glass).
    pub emergency: bool,
    /// Further facts.
    pub details: &'a BTreeMap<String, Value>,
}

impl Facts<'_> {
    /// Whether a person did it.
    pub(crate) fn has_user(&self) -> bool {
        matches!(self.actor, Actor::Person { .. })
    }
}
