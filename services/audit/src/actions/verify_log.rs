//! Reads the whole log and says whether it is whole.

use crate::{
    Desk,
    domain::{Checker, Head, Verdict},
    store::{events, heads},
};
use futures_util::TryStreamExt;
use mc_access::wall;

/// Verifies the log as it stands now, in one consistent reading.
///
/// # Errors
/// The database's.
pub async fn verify_log(desk: &Desk) -> Result<Verdict, sqlx::Error> {
    let mut transaction = wall::begin_as_platform(&desk.pool).await?;
    // Heads first: what they speak of must be there when the events are read.
    let mut forged = Vec::new();
    let mut signed: Vec<Head> = Vec::new();
    for (size, note) in heads::list(&mut transaction).await? {
        match desk.head_key.read(&note).filter(|head| head.size == size) {
            Some(head) => signed.push(head),
            None => forged.push(size),
        }
    }
    if let Some(file) = &desk.head_file {
        signed.extend(super::sign_head::read_file(file, &desk.head_key).into_iter().flatten());
    }
    let mut checker = Checker::new(signed);
    for size in forged {
        checker.forged_head(size);
    }
    let mut rows = events::stream(&mut transaction);
    while let Some(entry) = rows.try_next().await? {
        if !checker.take(&entry) {
            break;
        }
    }
    Ok(checker.finish())
}
