//! A token for a machine: OAuth 2.0 client credentials (RFC 6749 section 4.4).

use super::grant::NoToken;
use crate::{AppState, domain::Opaque, store::clients};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use mc_access::tenancy;
use mc_chassis::http::Origin;
use mc_contracts::{Actor, ActorKind, Interaction, Outcome};
use mc_vocabulary::ClientId;

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum IssueServiceTokenError {
    /// Unknown machine or wrong secret.
    #[error("the client is not accepted")]
    Refused,
    /// The store.
    #[error("the client cannot be looked up")]
    Store(#[from] sqlx::Error),
    /// The library.
    #[error(transparent)]
    NoToken(#[from] NoToken),
}

/// The token and its life in seconds.
///
/// # Errors
/// [`IssueServiceTokenError`].
pub async fn issue_service_token(
    state: &AppState,
    client_id: ClientId,
    secret: &Opaque,
    origin: &Origin,
) -> Result<(String, i64), IssueServiceTokenError> {
    let mut transaction = tenancy::begin_as_platform(&state.pool).await?;
    let found = clients::find(&mut transaction, client_id).await?;
    let right = found.filter(|(_, hash)| verify_slices_are_equal(hash, &secret.hash()).is_ok());
    let actor = Actor {
        kind: ActorKind::Client,
        ..Actor::system(&client_id.to_string())
    };
    let record = state
        .mailbox
        .audit_by("auth.service_token", Interaction::Execute, actor, origin)
        .entity("Client", client_id);
    let Some((machine, _)) = right else {
        state
            .mailbox
            .enqueue(&mut transaction, None, &record.outcome(Outcome::Denied))
            .await?;
        transaction.commit().await?;
        return Err(IssueServiceTokenError::Refused);
    };
    let token = state
        .signer
        .for_machine(&machine, state.clock.now(), state.life.access)
        .ok_or(NoToken)?;
    state
        .mailbox
        .enqueue(&mut transaction, Some(machine.organization_id), &record)
        .await?;
    transaction.commit().await?;
    Ok((token, state.life.access.num_seconds()))
}
