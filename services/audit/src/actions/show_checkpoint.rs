//! The newest signed head.

use super::sign_head::{SignHeadError, sign_head};
use crate::{Desk, store::heads};
use chrono::{DateTime, Utc};
use mc_access::wall;

/// A signed head as it is stored.
pub struct Checkpoint {
    /// How many events it speaks of.
    pub size: i64,
    /// The signed note.
    pub note: String,
    /// When it was signed.
    pub signed_at: DateTime<Utc>,
}

/// Signs a head where the log has grown, and gives the newest; None where the log is empty.
///
/// # Errors
/// [`SignHeadError`].
pub async fn show_checkpoint(desk: &Desk) -> Result<Option<Checkpoint>, SignHeadError> {
    sign_head(desk).await?;
    let mut transaction = wall::begin_as_platform(&desk.pool).await?;
    let newest = heads::find_newest(&mut transaction).await?;
    Ok(newest.map(|(size, note, signed_at)| Checkpoint { size, note, signed_at }))
}
