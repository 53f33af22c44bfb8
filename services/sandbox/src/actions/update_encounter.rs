//! Updates an Encounter with optimistic locking.

use super::{
    authorize::{ChartError, authorize, behave},
    read_chart::{Versioned, versioned},
};
use crate::{
    AppState,
    domain::{
        encounter,
        fixtures::{ChartBehavior, find_patient},
    },
    store::charts,
};
use mc_chassis::transaction::Transaction;
use mc_fhir::{Resource, WeakEtag};

/// Replaces Encounter `id` by `body` where `if_match` names its present version.
///
/// # Errors
/// [`ChartError`].
pub async fn update_encounter(
    state: &AppState,
    token: Option<&str>,
    id: &str,
    if_match: Option<&str>,
    body: &[u8],
) -> Result<Versioned, ChartError> {
    let grant = authorize(state, token, "Encounter", 'u').await?;
    let (organization, now) = (grant.organization.as_str(), state.clock.now());
    let patient_id = {
        let mut connection = state.pool.acquire().await?;
        let found = charts::find(&mut connection, organization, "Encounter", id).await?;
        found.ok_or(ChartError::NotFound)?.patient_id
    };
    behave(state, organization, &patient_id, token.unwrap_or_default()).await?;
    let wanted = match if_match {
        None => return Err(ChartError::NoVersion),
        Some(text) => WeakEtag::parse(text).ok_or(ChartError::Parameter("header:If-Match"))?,
    };
    let encounter = Resource::parse(body).map_err(ChartError::Unreadable)?;
    encounter::check(&encounter, id, &patient_id).map_err(|(place, reason)| ChartError::Element(place, reason))?;

    let mut transaction = Transaction::begin(&state.pool, None).await?;
    let stored = charts::get_for_update(&mut transaction, organization, "Encounter", id).await?;
    let mut stored = stored.ok_or(ChartError::NotFound)?;
    let place = (organization, "Encounter", id);
    if find_patient(organization, &patient_id).is_some_and(|patient| patient.chart == ChartBehavior::Conflict) {
        // Simulates another writer who updates it first.
        let body = stored.body.clone();
        stored = charts::update(&mut transaction, place, &body, now).await?;
    }
    if wanted.version() != stored.version.to_string() {
        transaction.commit().await?;
        return Err(ChartError::Conflict);
    }
    let stored = charts::update(&mut transaction, place, &encounter.to_json(), now).await?;
    transaction.commit().await?;
    versioned(stored)
}
