//! Enters a member of the workforce. Only pseudonyms are stored.

use crate::{AppState, store::compliance::roster};
use mc_access::{RequestContext, tenancy};
use mc_contracts::Interaction;
use mc_detection::Member;
use mc_vocabulary::{PatientId, UserId};

/// The plain values.
pub struct SetMember {
    /// Id of their own chart.
    pub patient_id: Option<PatientId>,
    /// Family name.
    pub family_name: Option<String>,
    /// Lines of the address, and its postal code.
    pub address: Option<(Vec<String>, String)>,
}

/// Stores the pseudonyms of the values, in place of earlier ones.
pub async fn execute(
    context: &RequestContext,
    state: &AppState,
    user_id: UserId,
    plain: SetMember,
) -> Result<Member, sqlx::Error> {
    let organization_id = context.organization_id();
    let pseudonym = &state.pseudonym;
    let member = Member {
        user_id: user_id.to_string(),
        patient: plain
            .patient_id
            .as_ref()
            .map(|id| pseudonym.mask("patient", id.as_str())),
        family_key: plain.family_name.and_then(|name| pseudonym.family_key(&name)),
        address_key: plain
            .address
            .and_then(|(lines, code)| pseudonym.address_key(&lines, &code)),
    };
    let mut transaction = tenancy::begin(&state.pool, organization_id).await?;
    let tree = organization_id.uuid();
    roster::insert_member(&mut transaction, tree, user_id, &member, state.clock.now()).await?;
    roster::update_version(&mut transaction, tree).await?;
    let record = context
        .audit("audit.workforce.set", Interaction::Update)
        .entity("User", user_id)
        .detail("patient", member.patient.is_some())
        .detail("family_name", member.family_key.is_some())
        .detail("address", member.address_key.is_some());
    state
        .mailbox
        .enqueue(&mut transaction, Some(organization_id), &record)
        .await?;
    transaction.commit().await?;
    Ok(member)
}
