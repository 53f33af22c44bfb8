//! Reads one payment.

use super::{SettleError, settle::facts};
use crate::{AppState, domain::Payment, store::payments};
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;
use mc_vocabulary::PaymentId;

/// The payment, and its client secret while a browser may still need it. The read is on record
/// before the payment is returned.
///
/// # Errors
/// If the payment cannot be opened or the read cannot be recorded.
pub async fn execute(
    context: &RequestContext,
    state: &AppState,
    id: PaymentId,
) -> Result<Option<(Payment, Option<String>)>, SettleError> {
    let mut transaction = tenancy::begin(&state.pool, context.organization_id()).await?;
    let Some(payment) = payments::find(&mut transaction, id).await? else {
        return Ok(None);
    };
    let sealed = payments::find_client_secret(&mut transaction, id).await?;
    let secret = match sealed {
        Some(sealed) => {
            let opened = state
                .seals
                .open(payment.organization_id, "payments.client_secret", payment.id, &sealed)
                .await?;
            String::from_utf8(opened).ok()
        }
        None => None,
    };
    let record = facts(
        state,
        context.audit("billing.payment.read", Interaction::Read),
        &payment,
    );
    state
        .mailbox
        .enqueue(&mut transaction, Some(context.organization_id()), &record)
        .await?;
    transaction.commit().await?;
    Ok(Some((payment, secret)))
}
