//! How a payment stands.

use super::{SettleError, settle::facts};
use crate::{AppState, domain::Payment, store::payments};
use mc_access::{Principal, tenancy};
use mc_chassis::http::Origin;
use mc_contracts::Interaction;
use mc_vocabulary::PaymentId;

/// The payment, and its client secret while a browser may still need it. It tells of a visit: the reading is on record before the answer.
///
/// # Errors
/// [`SettleError`].
pub async fn get_payment(
    state: &AppState,
    id: PaymentId,
    caller: &Principal,
    origin: &Origin,
) -> Result<Option<(Payment, Option<String>)>, SettleError> {
    let mut transaction = tenancy::begin(&state.pool, caller.organization_id).await?;
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
    let record = state
        .mailbox
        .audit_of("billing.payment.read", Interaction::Read, caller, origin);
    state
        .mailbox
        .enqueue(&mut transaction, Some(caller.organization_id), &facts(record, &payment))
        .await?;
    transaction.commit().await?;
    Ok(Some((payment, secret)))
}
