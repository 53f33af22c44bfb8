//! A person's insurance as an organization recorded it, without the member.

use chrono::{DateTime, Utc};
use mc_hipaa::eligibility::{Organization, Provider};
use mc_vocabulary::{CoverageId, OrganizationId, PatientId};

/// A coverage without its member.
#[derive(Debug, Clone)]
pub struct Coverage {
    pub id: CoverageId,
    pub organization_id: OrganizationId,
    /// The insured patient.
    pub patient_id: PatientId,
    /// The insurer.
    pub payer: Organization,
    /// The provider in whose name the payer is queried.
    pub provider: Provider,
    pub created_at: DateTime<Utc>,
}
