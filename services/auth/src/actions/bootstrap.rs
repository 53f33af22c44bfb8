//! Adds an organization and its first admin, who cannot be added through the API.

use super::add_user::{AddUser, AddUserError, insert_user};
use crate::{
    AppState,
    domain::Password,
    store::{organizations, users},
};
use mc_access::{RequestContext, System, tenancy};
use mc_contracts::Interaction;
use mc_vocabulary::{OrganizationId, Role};

/// Adds what is missing; an organization that has people is left unchanged.
///
/// # Errors
/// [`AddUserError`].
pub async fn execute(
    context: &RequestContext<System>,
    state: &AppState,
    name: &str,
    email: String,
    password: Password,
) -> Result<OrganizationId, AddUserError> {
    let mut transaction = tenancy::begin_as_platform(&state.worker_pool).await?;
    let organization_id = if let Some(id) = organizations::find_by_name(&mut transaction, name).await? {
        id
    } else {
        let id = OrganizationId::new();
        organizations::insert(&mut transaction, id, name, state.clock.now()).await?;
        id
    };
    if users::count(&mut transaction, organization_id).await? == 0 {
        let admin = AddUser {
            email,
            password,
            roles: vec![Role::Admin],
            patient_id: None,
            second_factor: false,
        };
        let added = insert_user(state, &mut transaction, organization_id, admin).await?;
        let record = context
            .audit("auth.organization.bootstrap", Interaction::Create)
            .entity("User", added.user_id);
        state
            .mailbox
            .enqueue(&mut transaction, Some(organization_id), &record)
            .await?;
    }
    transaction.commit().await?;
    Ok(organization_id)
}
