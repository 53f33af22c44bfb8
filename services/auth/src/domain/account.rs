//! People and machines.

use mc_vocabulary::{ClientId, OrganizationId, PatientId, Role, UserId};

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
    /// Neither signs in nor refreshes a session.
    pub disabled: bool,
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
