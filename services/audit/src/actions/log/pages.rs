//! Cursors: sealed for the organization and the search, so that a client can neither read nor forge
//! one.

use crate::{
    AppState,
    domain::{Key, Logged, Search},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use mc_keyring::SealsError;
use mc_vocabulary::OrganizationId;

/// The column that cursors are sealed for.
const COLUMN: &str = "events.cursor";

/// A cursor cannot be read or made.
#[derive(Debug, thiserror::Error)]
pub enum CursorError {
    /// It was not made here, or for another organization or search.
    #[error("the cursor does not belong to this question")]
    Foreign,
    /// The keys cannot be read.
    #[error("cursors cannot be sealed")]
    Seal(#[source] SealsError),
}

/// A page of the log, and the cursor of the next.
pub struct Page {
    /// Its events.
    pub events: Vec<Logged>,
    /// The cursor of the next page; None on the last.
    pub next: Option<String>,
}

/// The place in the results of `search` that `cursor` names.
pub(in crate::actions) async fn open(
    state: &AppState,
    organization_id: OrganizationId,
    search: &Search,
    cursor: &str,
) -> Result<Key, CursorError> {
    let sealed = BASE64_URL_SAFE_NO_PAD
        .decode(cursor)
        .map_err(|_| CursorError::Foreign)?;
    let opened = state
        .seals
        .open(organization_id, COLUMN, search.question(), &sealed)
        .await;
    match opened {
        Ok(bytes) => Key::from_bytes(&bytes).ok_or(CursorError::Foreign),
        Err(SealsError::Seal(_)) => Err(CursorError::Foreign),
        Err(error @ SealsError::Database(_)) => Err(CursorError::Seal(error)),
    }
}

/// Cuts a page from results that hold one event more than `limit` where there is a next page.
pub(in crate::actions) async fn cut(
    state: &AppState,
    organization_id: OrganizationId,
    search: &Search,
    mut found: Vec<Logged>,
    limit: i64,
) -> Result<Page, CursorError> {
    let limit = usize::try_from(limit).unwrap_or_default();
    let more = found.len() > limit;
    found.truncate(limit);
    let last = found.last().filter(|_| more).map(|last| search.order.key(last));
    let next = match last {
        Some(key) => {
            let sealed = state
                .seals
                .seal(organization_id, COLUMN, search.question(), &key.to_bytes())
                .await
                .map_err(CursorError::Seal)?;
            Some(BASE64_URL_SAFE_NO_PAD.encode(sealed))
        }
        None => None,
    };
    Ok(Page { events: found, next })
}
