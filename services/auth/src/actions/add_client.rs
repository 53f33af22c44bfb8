//! A new machine in the caller's organisation.

use super::grant::NoToken;
use crate::{
    AppState,
    domain::{Machine, Opaque},
    store::clients,
};
use mc_access::{Principal, tenancy};
use mc_chassis::http::Origin;
use mc_contracts::Interaction;
use mc_mailbox::{IdempotencyClaim, StoredResponse};
use mc_vocabulary::{ClientId, Role};
use serde::Serialize;

/// What the admin is told, once.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ClientAdded {
    /// The new machine.
    pub client_id: ClientId,
    /// Its secret. Shown once.
    pub client_secret: String,
}

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum AddClientError {
    /// The library.
    #[error(transparent)]
    NoToken(#[from] NoToken),
    /// The store.
    #[error("the client cannot be stored")]
    Store(#[from] sqlx::Error),
}

/// Adds a machine with role integration, once for `claim`.
///
/// # Errors
/// [`AddClientError`].
pub async fn add_client(
    state: &AppState,
    name: &str,
    caller: &Principal,
    claim: &IdempotencyClaim,
    origin: &Origin,
) -> Result<StoredResponse, AddClientError> {
    let secret = Opaque::generate().ok_or(NoToken)?;
    let machine = Machine {
        id: ClientId::new(),
        organization_id: caller.organization_id,
        roles: vec![Role::Integration],
    };
    let mut transaction = tenancy::begin(&state.pool, caller.organization_id).await?;
    clients::insert(&mut transaction, &machine, name, &secret.hash(), state.clock.now()).await?;
    let record = state
        .mailbox
        .audit_of("auth.client.add", Interaction::Create, caller, origin)
        .entity("Client", machine.id);
    state
        .mailbox
        .enqueue(&mut transaction, Some(caller.organization_id), &record)
        .await?;
    let answer = StoredResponse::json(
        201_u16,
        &ClientAdded {
            client_id: machine.id,
            client_secret: secret.reveal().to_owned(),
        },
    );
    claim.store(&mut transaction, &answer).await?;
    transaction.commit().await?;
    Ok(answer)
}
