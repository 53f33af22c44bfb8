//! Records a person's insurance.

use crate::{
    AppState,
    domain::{Coverage, Member, is_plausible_birth_date},
    store::coverages,
};
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;
use mc_hipaa::eligibility::{Organization, Provider};
use mc_idempotency::{IdempotencyClaim, StoredResponse};
use mc_keyring::SealsError;
use mc_vocabulary::{CoverageId, PatientId};
use serde::Serialize;

/// A coverage to be recorded.
pub struct AddCoverage {
    /// The insured patient.
    pub patient_id: PatientId,
    /// The insurer.
    pub payer: Organization,
    /// The provider in whose name the payer is queried.
    pub provider: Provider,
    /// The insured person as the payer knows them.
    pub member: Member,
}

/// The response.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CoverageAdded {
    /// The new coverage.
    pub coverage_id: CoverageId,
}

/// Why no coverage was recorded.
#[derive(Debug, thiserror::Error)]
pub enum AddCoverageError {
    /// The birth date is implausible.
    #[error("the birth date is in the future or too long ago")]
    BirthDate,
    /// Sealing failed.
    #[error("the member cannot be sealed")]
    Seal(#[from] SealsError),
    /// The store failed.
    #[error("the coverage cannot be stored")]
    Store(#[from] sqlx::Error),
}

/// Records a coverage, once for `claim`. The member is stored sealed.
///
/// # Errors
/// [`AddCoverageError::BirthDate`] for a birth date in the future or before 1880.
pub async fn execute(
    context: &RequestContext,
    state: &AppState,
    command: AddCoverage,
    claim: &IdempotencyClaim,
) -> Result<StoredResponse, AddCoverageError> {
    let now = state.clock.now();
    // The latest local date anywhere: UTC+14.
    let today = (now + chrono::Duration::hours(14)).date_naive();
    if !is_plausible_birth_date(*command.member.birth_date.open(), today) {
        return Err(AddCoverageError::BirthDate);
    }
    let coverage = Coverage {
        id: CoverageId::new(),
        organization_id: context.organization_id(),
        patient_id: command.patient_id,
        payer: command.payer,
        provider: command.provider,
        created_at: now,
    };
    let member = command.member.to_bytes();
    let sealed = state
        .seals
        .seal(coverage.organization_id, "coverages.member", coverage.id, &member)
        .await?;
    let mut transaction = tenancy::begin(&state.pool, context.organization_id()).await?;
    coverages::insert(&mut transaction, &coverage, &sealed, context.subject()).await?;
    let record = context
        .audit("insurance.coverage.add", Interaction::Create)
        .entity("Coverage", coverage.id)
        .patient(coverage.patient_id.clone())
        .purpose(super::purpose(context.caller()))
        .detail("payer_id", coverage.payer.id.as_str())
        .validated(true);
    state
        .mailbox
        .enqueue(&mut transaction, Some(context.organization_id()), &record)
        .await?;
    let response = StoredResponse::json(
        201_u16,
        &CoverageAdded {
            coverage_id: coverage.id,
        },
    );
    claim.store(&mut transaction, &response).await?;
    transaction.commit().await?;
    Ok(response)
}
