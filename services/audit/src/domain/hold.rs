//! Legal holds. What they cover is not pruned.

use chrono::{DateTime, Utc};
use mc_vocabulary::{HoldId, UserId};

/// What a hold covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoldScope {
    /// Everything about a patient, by pseudonym.
    Patient(String),
    /// Everything that a user did, and what was done to the user's account.
    User(UserId),
    /// Everything in a period.
    Period,
}

impl HoldScope {
    /// Its kind, as it is stored.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Patient(_) => "patient",
            Self::User(_) => "user",
            Self::Period => "period",
        }
    }

    /// Its subject; empty for a period.
    pub fn subject(&self) -> String {
        match self {
            Self::Patient(pseudonym) => pseudonym.clone(),
            Self::User(user_id) => user_id.to_string(),
            Self::Period => String::new(),
        }
    }
}

/// A hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Its id.
    pub hold_id: HoldId,
    /// `patient`, `user` or `period`.
    pub kind: String,
    /// Its subject; empty for a period.
    pub subject: String,
    /// Only events at or after.
    pub since: Option<DateTime<Utc>>,
    /// Only events before.
    pub until: Option<DateTime<Utc>>,
    /// The reason.
    pub reason: String,
    /// By actor.
    pub placed_by: String,
    /// When.
    pub placed_at: DateTime<Utc>,
    /// Its release, if it was released.
    pub released: Option<Released>,
}

/// The release of a hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Released {
    /// By actor.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The reason.
    pub reason: String,
}
