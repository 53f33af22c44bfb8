//! An organisation and its first admin: what no token can ask for.

use super::add_user::{AddUser, AddUserError, insert_user};
use crate::{
    AppState,
    domain::Password,
    store::{organizations, users},
};
use mc_access::tenancy;
use mc_chassis::http::Origin;
use mc_contracts::{Actor, Interaction};
use mc_vocabulary::{OrganizationId, Role};

/// Makes what is missing; an organisation that has people keeps them as they are.
///
/// # Errors
/// [`AddUserError`].
pub async fn bootstrap(
    state: &AppState,
    name: &str,
    email: String,
    password: Password,
) -> Result<OrganizationId, AddUserError> {
    let mut transaction = tenancy::begin_as_platform(&state.pool).await?;
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
        let record = state
            .mailbox
            .audit_by(
                "auth.organization.bootstrap",
                Interaction::Create,
                Actor::system("bootstrap"),
                &Origin::default(),
            )
            .entity("User", added.user_id);
        state
            .mailbox
            .enqueue(&mut transaction, Some(organization_id), &record)
            .await?;
    }
    transaction.commit().await?;
    Ok(organization_id)
}
