//! Signs the log's head when it has grown.

use crate::{
    Desk,
    domain::{Head, HeadKey},
    store::{events, heads},
};
use mc_access::wall;
use std::{io::Write, path::Path};

/// Why no head was signed.
#[derive(Debug, thiserror::Error)]
pub enum SignHeadError {
    /// The store.
    #[error("the head cannot be stored")]
    Store(#[from] sqlx::Error),
    /// The file outside the database.
    #[error("the head cannot be written to its file")]
    File(#[from] std::io::Error),
}

/// Signs size and last link where the log has grown since the last head.
///
/// # Errors
/// [`SignHeadError`].
pub async fn sign_head(desk: &Desk) -> Result<Option<Head>, SignHeadError> {
    let mut transaction = wall::begin_as_platform(&desk.pool).await?;
    let (size, link) = events::find_end(&mut transaction).await?;
    let newest = heads::find_newest(&mut transaction).await?.map_or(0, |(size, ..)| size);
    if size <= newest {
        return Ok(None);
    }
    let head = desk.head_key.sign(size, link);
    heads::insert(&mut transaction, &head, desk.clock.now()).await?;
    transaction.commit().await?;
    if let Some(file) = &desk.head_file {
        append(file, &head)?;
    }
    Ok(Some(head))
}

fn append(file: &Path, head: &Head) -> std::io::Result<()> {
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(file)?;
    file.write_all(format!("{}\n", serde_json::json!({ "note": head.note })).as_bytes())?;
    file.sync_data()
}

/// The heads of the file outside the database; a torn last line is passed over.
pub fn read_file(file: &Path, key: &HeadKey) -> Vec<Option<Head>> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    text.lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter_map(|line| line["note"].as_str().map(|note| key.read(note)))
        .collect()
}
