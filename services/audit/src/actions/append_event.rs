//! Appends one event to the log, once.

use crate::{
    Desk,
    domain::Leaf,
    store::events::{self, New},
};
use mc_access::wall;
use mc_contracts::{AuditRecord, Envelope};
use mc_keyring::SealsError;
use mc_vocabulary::{EventId, OrganizationId};

/// Why it was not appended.
#[derive(Debug, thiserror::Error)]
pub enum AppendEventError {
    /// Not a record, or not an event of the organisation it claims.
    #[error("the event is no audit record")]
    Malformed(#[from] serde_json::Error),
    /// Sealing failed.
    #[error("the patient's id cannot be sealed")]
    Seal(#[from] SealsError),
    /// The store.
    #[error("the log cannot be appended to")]
    Store(#[from] sqlx::Error),
}

/// Appends the event; harmless where it stands there already.
///
/// # Errors
/// [`AppendEventError`].
pub async fn append_event(desk: &Desk, envelope: &Envelope) -> Result<(), AppendEventError> {
    let record: AuditRecord = envelope.event()?;
    let patient_sealed = seal_patient(desk, envelope.id, envelope.organization_id, &record).await?;
    let leaf = Leaf::new(envelope, record, |id| desk.pseudonym.mask("patient", id));
    let bytes = leaf.to_bytes()?;
    let mut transaction = wall::begin_as_platform(&desk.pool).await?;
    if !desk
        .mailbox
        .first_time(&mut transaction, "audit.trail", envelope.id)
        .await?
    {
        return Ok(());
    }
    let (position, before) = events::get_end_for_update(&mut transaction).await?;
    let new = New {
        position,
        leaf: &leaf,
        bytes: &bytes,
        link: before.then(&bytes),
        patient_sealed: patient_sealed.as_deref(),
        logged_at: desk.clock.now(),
    };
    events::insert(&mut transaction, new).await?;
    transaction.commit().await?;
    Ok(())
}

async fn seal_patient(
    desk: &Desk,
    event_id: EventId,
    organization_id: Option<OrganizationId>,
    record: &AuditRecord,
) -> Result<Option<Vec<u8>>, SealsError> {
    let (Some(organization_id), Some(patient_id)) = (organization_id, &record.patient_id) else {
        return Ok(None);
    };
    let sealed = desk
        .seals
        .seal(
            organization_id,
            "events.patient",
            event_id,
            patient_id.as_str().as_bytes(),
        )
        .await?;
    Ok(Some(sealed))
}
