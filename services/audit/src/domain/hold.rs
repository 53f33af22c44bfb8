//! Legal holds: what they cover is not pruned.

use chrono::{DateTime, Utc};
use mc_vocabulary::{HoldId, UserId};

/// What a hold covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoldScope {
    /// Everything about a patient, known by pseudonym.
    Patient(String),
    /// Everything that a user did, or that was done to the user's account.
    User(UserId),
    /// Everything.
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

    /// Whom it is about; empty for a period.
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
    /// Whom it is about; empty for a period.
    pub subject: String,
    /// Only what happened from here on,
    pub since: Option<DateTime<Utc>>,
    /// and before here.
    pub until: Option<DateTime<Utc>>,
    /// Why.
    pub reason: String,
    /// By whom.
    pub placed_by: String,
    /// When.
    pub placed_at: DateTime<Utc>,
    /// Who ended it, when and why.
    pub released: Option<Released>,
}

/// The end of a hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Released {
    /// By whom.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: String,
}
