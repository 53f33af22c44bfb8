//! Lists what each service recorded and what of it is in the log.

use crate::{
    AppState,
    store::compliance::tallies::{self, Compared},
};
use chrono::{DateTime, Utc};
use mc_access::{RequestContext, tenancy};

/// What each service recorded since `since`, and what of it is in the log.
pub async fn execute(
    context: &RequestContext,
    state: &AppState,
    since: DateTime<Utc>,
) -> Result<Vec<Compared>, sqlx::Error> {
    // The tallies are the platform's: they belong to no organization.
    let mut transaction = tenancy::begin(&state.pool, context.organization_id()).await?;
    tallies::list_sums(&mut transaction, since).await
}
