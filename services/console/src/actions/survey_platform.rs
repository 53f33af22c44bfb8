//! Looks at everything, now. Never fails: what cannot be seen is itself the finding.

use crate::{
    AppState,
    domain::{Platform, Told},
    store::breakers,
};
use mc_access::tenancy;
use std::{sync::Arc, time::Duration};

/// The history adds to what is seen; an answer does not wait for it longer than for the database itself.
const HISTORY_TIMEOUT: Duration = Duration::from_secs(1);

/// The platform as it is, at most a moment ago.
pub async fn survey_platform(state: &AppState) -> Arc<Platform> {
    state.surveyed.get(|| survey(state)).await
}

async fn survey(state: &AppState) -> Platform {
    let (servers, sightings, told) = tokio::join!(state.servers.look(), state.services.look(), history(state));
    Platform::new(servers, sightings, &told, state.clock.now())
}

/// What was told of breakers; nothing while the database is away.
async fn history(state: &AppState) -> Vec<Told> {
    let read = async {
        let mut transaction = tenancy::begin_as_platform(&state.pool).await?;
        breakers::list(&mut transaction).await
    };
    match tokio::time::timeout(HISTORY_TIMEOUT, read).await {
        Ok(Ok(told)) => told,
        Ok(Err(error)) => {
            tracing::warn!(error.message = %error, "the breakers' history cannot be read");
            Vec::new()
        }
        Err(_) => Vec::new(),
    }
}
