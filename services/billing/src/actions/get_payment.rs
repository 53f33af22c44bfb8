//! Reads one payment.

use super::{SettleError, audit::facts};
use crate::{AppState, domain::Payment, store::payments};
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;
use mc_vocabulary::PaymentId;
use sqlx::PgConnection;

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
    let Some(payment) = payments::find(&mut transaction, context.organization_id(), id).await? else {
        return Ok(None);
    };
    let secret = open_client_secret(state, &mut transaction, &payment).await?;
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

/// The client secret of a payment, where it has one.
pub(super) async fn open_client_secret(
    state: &AppState,
    transaction: &mut PgConnection,
    payment: &Payment,
) -> Result<Option<String>, SettleError> {
    let (organization_id, context) = (payment.organization_id, "payments.client_secret");
    let Some(sealed) = payments::find_client_secret(transaction, organization_id, payment.id).await? else {
        return Ok(None);
    };
    let opened = state.seals.open(organization_id, context, payment.id, &sealed).await?;
    Ok(String::from_utf8(opened).ok())
}
