//! Looks at everything, now. Never fails: what cannot be seen is itself the finding.

use crate::{
    Desk,
    domain::{Platform, Told},
    store::breakers,
};
use mc_access::wall;
use std::{sync::Arc, time::Duration};

/// The history adds to what is seen; an answer does not wait for it longer than for the database itself.
const HISTORY_TIMEOUT: Duration = Duration::from_secs(1);

/// The platform as it is, at most a moment ago.
pub async fn survey_platform(desk: &Desk) -> Arc<Platform> {
    desk.surveyed.get(|| survey(desk)).await
}

async fn survey(desk: &Desk) -> Platform {
    let (servers, sightings, told) = tokio::join!(desk.servers.look(), desk.services.look(), history(desk));
    Platform::new(servers, sightings, &told, desk.clock.now())
}

/// What was told of breakers; nothing while the database is away.
async fn history(desk: &Desk) -> Vec<Told> {
    let read = async {
        let mut transaction = wall::begin_as_platform(&desk.pool).await?;
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
