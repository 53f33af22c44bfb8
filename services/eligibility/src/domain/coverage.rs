//! A person's insurance, as an organisation knows it: everything but who the member is.

use chrono::{DateTime, Utc};
use mc_hipaa::eligibility::{Organization, Provider};
use mc_vocabulary::{CoverageId, OrganizationId, PatientId};

/// A coverage without its member.
#[derive(Debug, Clone)]
pub struct Coverage {
    /// Ours.
    pub id: CoverageId,
    /// Whose.
    pub organization_id: OrganizationId,
    /// Whose chart the member's is.
    pub patient_id: PatientId,
    /// Who pays.
    pub payer: Organization,
    /// Who asks the payer.
    pub provider: Provider,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
}
