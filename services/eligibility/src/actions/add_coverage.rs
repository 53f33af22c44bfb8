//! A person's insurance is recorded.

use crate::{
    AppState,
    domain::{Coverage, Member, is_plausible_birth_date},
    store::coverages,
};
use mc_access::{Principal, tenancy};
use mc_chassis::http::Origin;
use mc_contracts::Interaction;
use mc_hipaa::eligibility::{Organization, Provider};
use mc_keyring::SealsError;
use mc_mailbox::{IdempotencyClaim, StoredResponse};
use mc_vocabulary::{CoverageId, PatientId};
use serde::Serialize;

/// What is recorded.
pub struct AddCoverage {
    /// Whose chart the member's is.
    pub patient_id: PatientId,
    /// Who pays.
    pub payer: Organization,
    /// Who asks the payer.
    pub provider: Provider,
    /// Who is insured.
    pub member: Member,
}

/// What the caller is told.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CoverageAdded {
    /// The new coverage.
    pub coverage_id: CoverageId,
}

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum AddCoverageError {
    /// Nobody was born then.
    #[error("the birth date is in the future or too long ago")]
    BirthDate,
    /// Sealing failed.
    #[error("the member cannot be sealed")]
    Seal(#[from] SealsError),
    /// The store.
    #[error("the coverage cannot be stored")]
    Store(#[from] sqlx::Error),
}

/// Records a coverage, once for `claim`.
///
/// # Errors
/// [`AddCoverageError`].
pub async fn add_coverage(
    state: &AppState,
    command: AddCoverage,
    caller: &Principal,
    claim: &IdempotencyClaim,
    origin: &Origin,
) -> Result<StoredResponse, AddCoverageError> {
    let now = state.clock.now();
    // Somewhere it is tomorrow already.
    let today = (now + chrono::Duration::hours(14)).date_naive();
    if !is_plausible_birth_date(*command.member.birth_date.open(), today) {
        return Err(AddCoverageError::BirthDate);
    }
    let coverage = Coverage {
        id: CoverageId::new(),
        organization_id: caller.organization_id,
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
    let mut transaction = tenancy::begin(&state.pool, caller.organization_id).await?;
    coverages::insert(&mut transaction, &coverage, &sealed, &caller.subject).await?;
    let record = state
        .mailbox
        .audit_of("insurance.coverage.add", Interaction::Create, caller, origin)
        .entity("Coverage", coverage.id)
        .patient(coverage.patient_id.clone())
        .purpose(super::purpose(caller))
        .detail("payer_id", coverage.payer.id.as_str())
        .validated(true);
    state
        .mailbox
        .enqueue(&mut transaction, Some(caller.organization_id), &record)
        .await?;
    let answer = StoredResponse::json(
        201_u16,
        &CoverageAdded {
            coverage_id: coverage.id,
        },
    );
    claim.store(&mut transaction, &answer).await?;
    transaction.commit().await?;
    Ok(answer)
}
