//! Places a legal hold.

use crate::{
    AppState,
    domain::{Hold, HoldScope},
    store::log::holds,
};
use chrono::{DateTime, Utc};
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;
use mc_idempotency::{IdempotencyClaim, StoredResponse};
use mc_vocabulary::{HoldId, PatientId, UserId};

/// What a hold covers.
#[derive(Debug, Clone)]
pub enum Subject {
    /// Everything about a patient.
    Patient(PatientId),
    /// Everything by or about a user.
    User(UserId),
    /// Everything in a period.
    Period,
}

/// A hold to place.
#[derive(Debug, Clone)]
pub struct PlaceHold {
    /// What it covers.
    pub subject: Subject,
    /// Only events at or after.
    pub since: Option<DateTime<Utc>>,
    /// Only events before.
    pub until: Option<DateTime<Utc>>,
    /// The reason.
    pub reason: String,
}

/// Why the action was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum PlaceHoldError {
    /// A period needs both ends.
    #[error("a hold of a period needs its beginning and its end")]
    NoPeriod,
    /// The end is not after the beginning.
    #[error("the period ends before it begins")]
    Backwards,
    /// The same hold is in force.
    #[error("such a hold stands already")]
    Stands,
    /// The store failed.
    #[error("the hold cannot be stored")]
    Store(#[from] sqlx::Error),
}

/// Places a hold; a patient is stored as a pseudonym. `shape` makes the response, which is stored
/// under `claim`.
pub async fn execute(
    context: &RequestContext,
    state: &AppState,
    requested: PlaceHold,
    claim: &IdempotencyClaim,
    shape: impl FnOnce(Hold) -> StoredResponse,
) -> Result<StoredResponse, PlaceHoldError> {
    if matches!(requested.subject, Subject::Period) && (requested.since.is_none() || requested.until.is_none()) {
        return Err(PlaceHoldError::NoPeriod);
    }
    if requested
        .since
        .zip(requested.until)
        .is_some_and(|(since, until)| since >= until)
    {
        return Err(PlaceHoldError::Backwards);
    }
    let covered = match &requested.subject {
        Subject::Patient(patient_id) => HoldScope::Patient(state.pseudonym.mask("patient", patient_id.as_str())),
        Subject::User(user_id) => HoldScope::User(*user_id),
        Subject::Period => HoldScope::Period,
    };
    let hold = Hold {
        hold_id: HoldId::new(),
        kind: covered.kind().to_owned(),
        subject: covered.subject(),
        since: requested.since,
        until: requested.until,
        reason: requested.reason,
        placed_by: context.subject().to_owned(),
        placed_at: state.clock.now(),
        released: None,
    };
    let mut transaction = tenancy::begin(&state.pool, context.organization_id()).await?;
    if !holds::insert(&mut transaction, context.organization_id().uuid(), &hold, &covered).await? {
        return Err(PlaceHoldError::Stands);
    }
    let mut record = context
        .audit("audit.hold.place", Interaction::Create)
        .entity("LegalHold", hold.hold_id)
        .detail("kind", covered.kind())
        .justified(&hold.reason);
    if let Subject::Patient(patient_id) = requested.subject {
        record = record.patient(patient_id);
    }
    state
        .mailbox
        .enqueue(&mut transaction, Some(context.organization_id()), &record)
        .await?;
    let answer = shape(hold);
    claim.store(&mut transaction, &answer).await?;
    transaction.commit().await?;
    Ok(answer)
}
