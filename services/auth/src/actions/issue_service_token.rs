//! Issues a token to a machine: OAuth 2.0 client credentials (RFC 6749 section 4.4).

use super::grant::NoToken;
use crate::{AppState, domain::Opaque, store::clients};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use mc_access::{RequestContext, System, tenancy};
use mc_contracts::{Actor, ActorKind, Interaction, Outcome};
use mc_vocabulary::ClientId;

/// Why no token was issued.
#[derive(Debug, thiserror::Error)]
pub enum IssueServiceTokenError {
    /// Unknown or disabled machine, or wrong secret.
    #[error("the client is not accepted")]
    Refused,
    /// The store failed.
    #[error("the client cannot be looked up")]
    Store(#[from] sqlx::Error),
    /// Signing failed.
    #[error(transparent)]
    NoToken(#[from] NoToken),
}

/// The token and its lifetime in seconds. Each attempt is on record.
///
/// # Errors
/// [`IssueServiceTokenError`].
pub async fn execute(
    context: &RequestContext<System>,
    state: &AppState,
    client_id: ClientId,
    secret: &Opaque,
) -> Result<(String, i64), IssueServiceTokenError> {
    let mut transaction = tenancy::begin_as_platform(&state.worker_pool).await?;
    let found = clients::find(&mut transaction, client_id).await?;
    let proven = found.filter(|(_, hash)| verify_slices_are_equal(hash, &secret.hash()).is_ok());
    let actor = Actor {
        kind: ActorKind::Client,
        ..Actor::system(&client_id.to_string())
    };
    let record = context
        .audit_as(actor, "auth.service_token", Interaction::Execute)
        .entity("Client", client_id);
    let Some((machine, _)) = proven else {
        state
            .mailbox
            .enqueue(&mut transaction, None, &record.outcome(Outcome::Denied))
            .await?;
        transaction.commit().await?;
        return Err(IssueServiceTokenError::Refused);
    };
    let token = state
        .signer
        .for_machine(&machine, state.clock.now(), state.lifetimes.access)
        .ok_or(NoToken)?;
    state
        .mailbox
        .enqueue(&mut transaction, Some(machine.organization_id), &record)
        .await?;
    transaction.commit().await?;
    Ok((token, state.lifetimes.access.num_seconds()))
}
