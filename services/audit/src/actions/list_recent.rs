//! What happened lately in an organisation.

use crate::{
    Desk,
    domain::{Leaf, Link},
    store::events::{self, Window},
};
use mc_access::{Principal, wall};
use mc_chassis::http::Origin;
use mc_contracts::Interaction;

/// An event and its place in the log.
pub struct Logged {
    /// Place.
    pub position: i64,
    /// What happened.
    pub leaf: Leaf,
    /// Its link.
    pub link: Link,
}

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum ListRecentError {
    /// A stored event cannot be read: the log is damaged.
    #[error("the event at position {0} cannot be read; verify the log")]
    Damaged(i64),
    /// The store.
    #[error("the log cannot be read")]
    Store(#[from] sqlx::Error),
}

/// Lists events, newest first. The reading is itself an event, committed before the answer.
///
/// # Errors
/// [`ListRecentError`].
pub async fn list_recent(
    desk: &Desk,
    caller: &Principal,
    window: Window<'_>,
    origin: &Origin,
) -> Result<Vec<Logged>, ListRecentError> {
    let mut transaction = wall::begin(&desk.pool, caller.organization_id).await?;
    let rows = events::list_recent(&mut transaction, &window).await?;
    let record = desk
        .mailbox
        .audit_of("audit.recent.read", Interaction::Execute, caller, origin)
        .entity("AuditEvent", "recent")
        .detail("events_shown", rows.len());
    desk.mailbox
        .post(&mut transaction, Some(caller.organization_id), &record)
        .await?;
    transaction.commit().await?;
    rows.into_iter()
        .map(|(position, leaf, link)| {
            let leaf = Leaf::from_bytes(&leaf).map_err(|_| ListRecentError::Damaged(position))?;
            let link = Link::stored(&link).ok_or(ListRecentError::Damaged(position))?;
            Ok(Logged { position, leaf, link })
        })
        .collect()
}
