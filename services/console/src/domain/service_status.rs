//! The status of a service, as the console sees it.

use super::{Part, Status};
use chrono::{DateTime, Utc};

/// Why a service counts as unreachable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreachable {
    /// No process accepts connections.
    #[error("refuses connections")]
    Refused,
    /// No response within the deadline.
    #[error("does not answer in time")]
    TimedOut,
    /// Its liveness was answered with another status than 2xx.
    #[error("answers with status {0}")]
    NotAlive(u16),
}

/// The components that a service reports.
#[derive(Debug, Clone)]
pub struct Parts {
    pub list: Vec<Part>,
    /// Whether this is an earlier report, because the present one takes too long.
    pub late: bool,
}

/// The status of a service.
#[derive(Debug, Clone)]
pub struct ServiceStatus {
    /// Its name, such as `ehr-proxy`.
    pub service: String,
    /// Whether its liveness was answered.
    pub alive: Result<(), Unreachable>,
    /// Its components; None where it did not report them.
    pub parts: Option<Parts>,
    pub seen_at: DateTime<Utc>,
}

impl ServiceStatus {
    /// Its components, late or not.
    pub fn parts(&self) -> &[Part] {
        self.parts.as_ref().map_or(&[], |parts| parts.list.as_slice())
    }

    /// A component that it cannot work without and that is unhealthy.
    pub fn blocked_by(&self) -> Option<&Part> {
        self.parts()
            .iter()
            .find(|part| part.required && part.status == Status::Unhealthy)
    }

    /// Whether it can work, possibly degraded.
    pub fn is_ready(&self) -> bool {
        self.alive.is_ok() && self.blocked_by().is_none()
    }

    /// Whether it reported its components just now.
    pub fn is_fresh(&self) -> bool {
        self.alive.is_ok() && self.parts.as_ref().is_some_and(|parts| !parts.late)
    }

    /// Components whose names begin with `prefix`.
    pub fn parts_named<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a Part> {
        self.parts().iter().filter(move |part| part.name.starts_with(prefix))
    }

    /// Its overall status.
    pub fn status(&self) -> Status {
        let worst = self.parts().iter().map(|part| part.status).max();
        match worst {
            _ if !self.is_ready() => Status::Unhealthy,
            Some(Status::Healthy) if self.is_fresh() => Status::Healthy,
            _ => Status::Degraded,
        }
    }

    /// What was found, as a phrase.
    pub fn detail(&self) -> String {
        if let Err(unreachable) = self.alive {
            return unreachable.to_string();
        }
        if let Some(part) = self.blocked_by() {
            return format!("cannot work: {} {}", part.name, part.detail);
        }
        if !self.is_fresh() {
            return "is alive, but does not report its components in time".to_owned();
        }
        let ailing: Vec<_> = self
            .parts()
            .iter()
            .filter(|part| part.status != Status::Healthy)
            .map(|part| format!("{}: {}", part.name, part.detail))
            .collect();
        if ailing.is_empty() {
            "all components are healthy".to_owned()
        } else {
            ailing.join("; ")
        }
    }
}
