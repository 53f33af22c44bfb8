//! Windows are kept in memory only: a process that takes over the lease reads the last windows of
//! the log again.

use crate::{
    actions::compliance::detect::{Detector, resolve_ready},
    domain::detection,
    store::{
        compliance::{
            contacts,
            detectors::{self, Position},
        },
        log::{events, trees},
    },
};
use chrono::{DateTime, Utc};
use mc_detection::Engine;
use sqlx::PgConnection;
use std::sync::Arc;

/// Commits read at a time.
const MAX_BATCHES: i64 = 200;

/// The position of a new detector: as far back as the longest window.
pub(super) async fn first_position(
    connection: &mut PgConnection,
    name: &str,
    detector: &Detector,
    now: DateTime<Utc>,
) -> Result<Position, sqlx::Error> {
    // A detector that has held the lease has a stored position.
    if detector.seen.is_none() && detectors::find(connection, name).await?.is_none() {
        let book = detector.engine.book();
        contacts::insert_logged(connection, now - book.care.before(), &book.care).await?;
        let from = now - book.memory();
        return Ok(Position {
            sequence: trees::find_last_before(connection, from).await?,
            judged_until: from,
        });
    }
    Ok(Position {
        sequence: 0,
        judged_until: now,
    })
}

/// Rebuilds the windows as of `position`. Triggers are dropped: their cases were opened before.
pub(super) async fn rebuild(
    connection: &mut PgConnection,
    detector: &mut Detector,
    position: Position,
) -> Result<(), sqlx::Error> {
    let book = Arc::clone(detector.engine.shared_book());
    detector.engine = Engine::new(Arc::clone(&book));
    let mut sequence = trees::find_last_before(connection, position.judged_until - book.memory()).await?;
    while sequence < position.sequence {
        let batches = trees::list_after(connection, sequence, MAX_BATCHES).await?;
        let Some(last) = batches.last().map(|batch| batch.sequence) else {
            break;
        };
        for batch in batches.into_iter().filter(|batch| batch.sequence <= position.sequence) {
            for logged in events::list_range(connection, batch.tree, batch.first, batch.size).await? {
                let event = detection::event(logged.index, logged.leaf);
                detector.engine.observe(&event, &detector.roster);
            }
        }
        resolve_ready(connection, &mut detector.engine, position.judged_until).await?;
        sequence = last;
    }
    Ok(())
}
