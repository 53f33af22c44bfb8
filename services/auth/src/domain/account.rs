//! People and machines.

use chrono::{DateTime, Duration, Utc};
use mc_vocabulary::{ClientId, OrganizationId, PatientId, Role, UserId};

/// Consecutive failed sign-ins after which an account is locked out.
const MAX_FAILURES: i32 = 10;
const LOCKOUT: Duration = Duration::minutes(5);

/// A person who can sign in.
#[derive(Debug, Clone)]
pub struct Account {
    pub id: UserId,
    pub organization_id: OrganizationId,
    pub roles: Vec<Role>,
    /// For role patient: their own patient record.
    pub patient_id: Option<PatientId>,
    /// Whether a sign-in requires a second factor.
    pub has_second_factor: bool,
    /// Consecutive failed sign-ins.
    pub failed_sign_ins: i32,
    /// End of the lockout.
    pub locked_until: Option<DateTime<Utc>>,
    pub disabled: bool,
}

impl Account {
    /// Whether it may sign in now: neither disabled nor locked out.
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        !self.disabled && self.locked_until.is_none_or(|until| until <= now)
    }

    /// End of the lockout that one more failure causes: every tenth in a row locks the account out
    /// for five minutes.
    pub fn lockout(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        ((self.failed_sign_ins + 1) % MAX_FAILURES == 0).then(|| now + LOCKOUT)
    }
}

/// A machine with credentials of its own.
#[derive(Debug, Clone)]
pub struct Machine {
    pub id: ClientId,
    pub organization_id: OrganizationId,
    pub roles: Vec<Role>,
}

/// An e-mail address in the form in which addresses are compared.
pub fn normalize_email(email: &str) -> String {
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
    fn the_tenth_failure_in_a_row_locks_the_account_out() {
        let now = DateTime::UNIX_EPOCH;
        assert_eq!(account(8).lockout(now), None);
        assert_eq!(account(9).lockout(now), Some(now + LOCKOUT));
    }
}
