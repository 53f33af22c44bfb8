//! Makes the receipt of an event: what a third party needs to check that it is in the log.

use crate::{
    AppState,
    actions::log::prove::{self, ProveError},
    store::log::{checkpoints, events},
};
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;
use mc_transparency::Receipt;
use mc_vocabulary::EventId;

/// Why there is no receipt.
#[derive(Debug, thiserror::Error)]
pub enum MakeReceiptError {
    /// No such event in the organization.
    #[error("no such event")]
    Unknown,
    /// No checkpoint covers it yet: it was logged within the last second.
    #[error("no checkpoint speaks of the event yet")]
    TooNew,
    /// The proof cannot be made.
    #[error(transparent)]
    Prove(#[from] ProveError),
}

impl From<sqlx::Error> for MakeReceiptError {
    fn from(error: sqlx::Error) -> Self {
        Self::Prove(error.into())
    }
}

/// The receipt: with it and the public key alone, a third party checks that the event is in the
/// log.
pub async fn execute(
    context: &RequestContext,
    state: &AppState,
    event_id: EventId,
) -> Result<Receipt, MakeReceiptError> {
    let tree = context.organization_id().uuid();
    let mut transaction = tenancy::begin(&state.pool, context.organization_id()).await?;
    let event = events::find(&mut transaction, tree, event_id)
        .await?
        .ok_or(MakeReceiptError::Unknown)?;
    let newest = checkpoints::find_newest(&mut transaction, tree)
        .await?
        .filter(|newest| newest.size > event.index)
        .ok_or(MakeReceiptError::TooNew)?;
    let index = event.index.cast_unsigned();
    let proof = prove::inclusion(&mut transaction, tree, index, newest.size.cast_unsigned()).await?;
    let record = context
        .audit("audit.receipt.read", Interaction::Read)
        .entity("AuditEvent", event_id);
    state
        .mailbox
        .enqueue(&mut transaction, Some(context.organization_id()), &record)
        .await?;
    transaction.commit().await?;
    Ok(Receipt {
        leaf: event.bytes,
        index,
        proof,
        note: newest.note,
    })
}
