//! Adds a machine to the caller's organization.

use super::grant::NoToken;
use crate::{
    AppState,
    domain::{Machine, Opaque},
    store::clients,
};
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;
use mc_idempotency::{IdempotencyClaim, StoredResponse};
use mc_vocabulary::{ClientId, Role};
use serde::Serialize;

/// The response; a repeat is answered from the store.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ClientAdded {
    /// The new machine.
    pub client_id: ClientId,
    /// Its secret, which cannot be read again later.
    pub client_secret: String,
}

/// Why no machine was added.
#[derive(Debug, thiserror::Error)]
pub enum AddClientError {
    /// No secret could be generated.
    #[error(transparent)]
    NoToken(#[from] NoToken),
    /// The store failed.
    #[error("the client cannot be stored")]
    Store(#[from] sqlx::Error),
}

/// Adds a machine with role integration, once for `claim`.
///
/// # Errors
/// [`AddClientError`].
pub async fn execute(
    context: &RequestContext,
    state: &AppState,
    name: &str,
    claim: &IdempotencyClaim,
) -> Result<StoredResponse, AddClientError> {
    let secret = Opaque::generate().ok_or(NoToken)?;
    let machine = Machine {
        id: ClientId::new(),
        organization_id: context.organization_id(),
        roles: vec![Role::Integration],
    };
    let mut transaction = tenancy::begin(&state.pool, context.organization_id()).await?;
    clients::insert(&mut transaction, &machine, name, &secret.hash(), state.clock.now()).await?;
    let record = context
        .audit("auth.client.add", Interaction::Create)
        .entity("Client", machine.id);
    state
        .mailbox
        .enqueue(&mut transaction, Some(context.organization_id()), &record)
        .await?;
    let response = StoredResponse::json(
        201_u16,
        &ClientAdded {
            client_id: machine.id,
            client_secret: secret.reveal().to_owned(),
        },
    );
    claim.store(&mut transaction, &response).await?;
    transaction.commit().await?;
    Ok(response)
}
