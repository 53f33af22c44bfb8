//! Prepares an event for the log: checks, masks, seals and hashes it. Touches no table of the log.

use crate::{
    AppState,
    domain::{Leaf, MAX_LEAF_BYTES, Prepared},
};
use chrono::{DateTime, TimeDelta, Utc};
use mc_contracts::{AuditRecord, Envelope};
use mc_keyring::SealsError;
use mc_transparency::Hash;

/// How far in the future an event may have happened. A clock may be wrong by a time zone; the time
/// of logging is stored beside it.
const MAX_AHEAD: TimeDelta = TimeDelta::hours(24);

/// Why nothing could be prepared; a later attempt may succeed.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    /// Sealing failed.
    #[error("the patient's id cannot be sealed")]
    Seal(#[from] SealsError),
}

/// The prepared event, or why it can never be logged.
pub async fn prepare(
    state: &AppState,
    envelope: &Envelope,
    logged_at: DateTime<Utc>,
) -> Result<Result<Prepared, &'static str>, PrepareError> {
    let Ok(record) = envelope.event::<AuditRecord>() else {
        return Ok(Err("not an audit record"));
    };
    if record.occurred_at > logged_at + MAX_AHEAD {
        return Ok(Err("it happened more than a day from now"));
    }
    let patient_sealed = match (envelope.organization_id, &record.patient_id) {
        (Some(organization_id), Some(patient_id)) => Some(
            state
                .seals
                .seal(
                    organization_id,
                    "events.patient",
                    envelope.id,
                    patient_id.as_str().as_bytes(),
                )
                .await?,
        ),
        _ => None,
    };
    let leaf = Leaf::new(envelope, record, logged_at, |id| state.pseudonym.mask("patient", id));
    let Ok(bytes) = leaf.to_bytes() else {
        return Ok(Err("it has no canonical form"));
    };
    if bytes.len() > MAX_LEAF_BYTES {
        return Ok(Err("it is larger than 64 KiB"));
    }
    Ok(Ok(Prepared {
        tree: leaf.tree(),
        index: 0,
        leaf_hash: Hash::leaf(&bytes),
        leaf,
        bytes,
        patient_sealed,
    }))
}
