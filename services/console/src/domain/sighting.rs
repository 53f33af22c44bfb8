//! A service, as it was seen from here.

use super::{Part, Service, Status};
use chrono::{DateTime, Utc};

/// Why a service is taken to be away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Silence {
    /// Nobody listens there.
    #[error("refuses connections")]
    Refused,
    /// Nothing came in time.
    #[error("does not answer in time")]
    TimedOut,
    /// Another answer than one that is alive would give.
    #[error("answers with status {0}")]
    Unwell(u16),
}

/// What a service says of its parts.
#[derive(Debug, Clone)]
pub struct Parts {
    /// Each of them.
    pub list: Vec<Part>,
    /// Whether this is an earlier answer, because the present one takes too long.
    pub late: bool,
}

/// What was seen.
#[derive(Debug, Clone)]
pub struct Sighting {
    /// Of whom.
    pub service: Service,
    /// Whether it says that it is alive.
    pub alive: Result<(), Silence>,
    /// What it says of its parts; None where it says nothing.
    pub parts: Option<Parts>,
    /// When.
    pub seen_at: DateTime<Utc>,
}

impl Sighting {
    /// Its parts, late or not.
    pub fn parts(&self) -> &[Part] {
        self.parts.as_ref().map_or(&[], |parts| parts.list.as_slice())
    }

    /// The part without which it cannot answer, and which is away.
    pub fn blocked_by(&self) -> Option<&Part> {
        self.parts()
            .iter()
            .find(|part| part.required && part.status == Status::Unhealthy)
    }

    /// Whether it can do its work, though perhaps with loss.
    pub fn is_ready(&self) -> bool {
        self.alive.is_ok() && self.blocked_by().is_none()
    }

    /// Whether it said just now how its parts are.
    pub fn is_fresh(&self) -> bool {
        self.alive.is_ok() && self.parts.as_ref().is_some_and(|parts| !parts.late)
    }

    /// Part by name, or by the beginning of the name.
    pub fn parts_named<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a Part> {
        self.parts().iter().filter(move |part| part.name.starts_with(prefix))
    }

    /// How well it works.
    pub fn status(&self) -> Status {
        let worst = self.parts().iter().map(|part| part.status).max();
        match worst {
            _ if !self.is_ready() => Status::Unhealthy,
            Some(Status::Healthy) if self.is_fresh() => Status::Healthy,
            _ => Status::Degraded,
        }
    }

    /// What was seen, in a few words.
    pub fn detail(&self) -> String {
        if let Err(silence) = self.alive {
            return silence.to_string();
        }
        if let Some(part) = self.blocked_by() {
            return format!("cannot work: {} {}", part.name, part.detail);
        }
        if !self.is_fresh() {
            return "is alive, but does not say in time how its parts are".to_owned();
        }
        let ailing: Vec<_> = self
            .parts()
            .iter()
            .filter(|part| part.status != Status::Healthy)
            .map(|part| format!("{}: {}", part.name, part.detail))
            .collect();
        if ailing.is_empty() {
            "all parts are well".to_owned()
        } else {
            ailing.join("; ")
        }
    }
}
