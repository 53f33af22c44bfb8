//! Checks every server and service. Never fails: what does not answer is itself the finding.

use crate::{
    AppState,
    domain::{BreakerEvent, Platform},
    store::breakers,
};
use mc_access::{Acting, RequestContext, tenancy};
use std::{sync::Arc, time::Duration};

/// Bound of reading the breakers' history: a response waits for it no longer than for the
/// database's health.
const HISTORY_TIMEOUT: Duration = Duration::from_secs(1);

/// The platform, at most `survey.keep_ms` old.
pub async fn execute<A: Acting>(_context: &RequestContext<A>, state: &AppState) -> Arc<Platform> {
    state.surveyed.get(|| survey(state)).await
}

async fn survey(state: &AppState) -> Platform {
    let (servers, services, events) = tokio::join!(state.servers.check(), state.services.check(), history(state));
    Platform::new(servers, services, &events, state.clock.now())
}

/// The stored breaker changes; none while the database is not available.
async fn history(state: &AppState) -> Vec<BreakerEvent> {
    let read = async {
        let mut transaction = tenancy::begin_as_platform(&state.worker_pool).await?;
        breakers::list(&mut transaction).await
    };
    match tokio::time::timeout(HISTORY_TIMEOUT, read).await {
        Ok(Ok(events)) => events,
        Ok(Err(error)) => {
            tracing::warn!(error.message = %error, "the breakers' history cannot be read");
            Vec::new()
        }
        Err(_) => Vec::new(),
    }
}
