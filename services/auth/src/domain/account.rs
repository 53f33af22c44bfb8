//! People and machines.

use chrono::{DateTime, Duration, Utc};
use mc_vocabulary::{ClientId, OrganizationId, PatientId, Role, UserId};

/// Failed sign-ins in a row after which an account rests.
const FAILURES_MAX: i32 = 10;
/// How long it rests.
const REST: Duration = Duration::minutes(5);

/// A person who can sign in.
#[derive(Debug, Clone)]
pub struct Account {
    /// Who.
    pub id: UserId,
    /// Of which organisation.
    pub organization_id: OrganizationId,
    /// As what.
    pub roles: Vec<Role>,
    /// For a patient: whose chart is their own.
    pub patient_id: Option<PatientId>,
    /// Whether a second factor is asked for.
    pub has_second_factor: bool,
    /// Failed sign-ins in a row.
    pub failed_sign_ins: i32,
    /// Rests until then.
    pub locked_until: Option<DateTime<Utc>>,
    /// Switched off.
    pub disabled: bool,
}

impl Account {
    /// Whether it may sign in at all now.
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        !self.disabled && self.locked_until.is_none_or(|until| until <= now)
    }

    /// Until when it rests after one more failure; None: not yet.
    pub fn rest_after_failure(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        ((self.failed_sign_ins + 1) % FAILURES_MAX == 0).then(|| now + REST)
    }
}

/// A machine with credentials of its own.
#[derive(Debug, Clone)]
pub struct Machine {
    /// Which.
    pub id: ClientId,
    /// Of which organisation.
    pub organization_id: OrganizationId,
    /// As what.
    pub roles: Vec<Role>,
}

/// An e-mail address in the form in which it is compared.
pub fn normal_email(email: &str) -> String {
    email.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(failed_sign_ins: i32) -> Account {
        Account {
            id: UserId::new(),
            organization_id: OrganizationId::new(),
            roles: vec![Role::Doctor],
            patient_id: None,
            has_second_factor: false,
            failed_sign_ins,
            locked_until: None,
            disabled: false,
        }
    }

    #[test]
    fn the_tenth_failure_in_a_row_lets_the_account_rest() {
        let now = DateTime::UNIX_EPOCH;
        assert_eq!(account(8).rest_after_failure(now), None);
        assert_eq!(account(9).rest_after_failure(now), Some(now + REST));
    }
}
