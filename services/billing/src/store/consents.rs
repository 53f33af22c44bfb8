//! Consent decisions about being charged.

use mc_contracts::{ConsentDecision, ConsentRecorded};
use mc_vocabulary::{EncounterId, OrganizationId, PatientId};
use sqlx::PgConnection;

/// A patient's consent to be charged.
#[derive(Debug, PartialEq, Eq)]
pub struct Permit {
    /// The patient; None where the decision arrived before patients were stored with it.
    pub patient_id: Option<PatientId>,
}

/// The consent of a visit's patient to be charged for it; None without a decision, or where it was
/// refused or withdrawn, for this visit or, later than it was given, for every visit.
#[tracing::instrument(level = "debug", name = "consents.find_permit", skip_all)]
pub async fn find_permit(
    connection: &mut PgConnection,
    organization_id: OrganizationId,
    encounter_id: &EncounterId,
) -> Result<Option<Permit>, sqlx::Error> {
    let row = sqlx::query!(
        "SELECT c.patient_id FROM billing.consents c \
         LEFT JOIN billing.denials d ON d.organization_id = c.organization_id AND d.patient_id = c.patient_id \
         WHERE c.organization_id = $1 AND c.encounter_id = $2 AND c.decision = 'permit' \
           AND (d.patient_id IS NULL OR coalesce(c.sequence > d.sequence, c.recorded_at > d.recorded_at))",
        organization_id.uuid(),
        encounter_id.as_str()
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Permit {
        patient_id: row.patient_id.and_then(|id| id.parse().ok()),
    }))
}

/// Stores a decision, unless a later one is stored: events may arrive out of order. Their order is
/// ehr-proxy's sequence; by time where one of the two has none.
#[tracing::instrument(level = "debug", name = "consents.update_latest", skip_all)]
pub async fn update_latest(
    connection: &mut PgConnection,
    organization_id: OrganizationId,
    encounter_id: &EncounterId,
    event: &ConsentRecorded,
) -> Result<(), sqlx::Error> {
    let decision = match event.decision {
        ConsentDecision::Permit => "permit",
        ConsentDecision::Deny => "deny",
    };
    sqlx::query!(
        "INSERT INTO billing.consents AS c (organization_id, encounter_id, consent_id, decision, recorded_at, patient_id, sequence) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (organization_id, encounter_id) DO UPDATE \
         SET consent_id = excluded.consent_id, decision = excluded.decision, recorded_at = excluded.recorded_at, \
           patient_id = excluded.patient_id, sequence = excluded.sequence \
         WHERE coalesce(c.sequence <= excluded.sequence, c.recorded_at <= excluded.recorded_at)",
        organization_id.uuid(),
        encounter_id.as_str(),
        event.consent_id.uuid(),
        decision,
        event.recorded_at,
        event.patient_id.as_str(),
        event.sequence
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Stores a denial for every visit of a patient, unless a later one is stored.
#[tracing::instrument(level = "debug", name = "consents.update_denial", skip_all)]
pub async fn update_denial(
    connection: &mut PgConnection,
    organization_id: OrganizationId,
    event: &ConsentRecorded,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO billing.denials AS d (organization_id, patient_id, consent_id, recorded_at, sequence) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (organization_id, patient_id) DO UPDATE \
         SET consent_id = excluded.consent_id, recorded_at = excluded.recorded_at, sequence = excluded.sequence \
         WHERE coalesce(d.sequence <= excluded.sequence, d.recorded_at <= excluded.recorded_at)",
        organization_id.uuid(),
        event.patient_id.as_str(),
        event.consent_id.uuid(),
        event.recorded_at,
        event.sequence
    )
    .execute(connection)
    .await
    .map(drop)
}
