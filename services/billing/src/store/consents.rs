//! Consent decisions about being charged.

use mc_contracts::{ConsentDecision, ConsentRecorded};
use mc_vocabulary::{EncounterId, OrganizationId};
use sqlx::PgConnection;

/// Whether the patient of a visit has consented to be charged for it; false without a decision.
#[tracing::instrument(level = "debug", name = "consents.find_permitted", skip_all)]
pub async fn find_permitted(
    connection: &mut PgConnection,
    organization_id: OrganizationId,
    encounter_id: &EncounterId,
) -> Result<bool, sqlx::Error> {
    let decision = sqlx::query_scalar!(
        "SELECT decision FROM billing.consents WHERE organization_id = $1 AND encounter_id = $2",
        organization_id.uuid(),
        encounter_id.as_str()
    )
    .fetch_optional(connection)
    .await?;
    Ok(decision.as_deref() == Some("permit"))
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
        "INSERT INTO billing.consents AS c (organization_id, encounter_id, consent_id, decision, recorded_at, sequence) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (organization_id, encounter_id) DO UPDATE \
         SET consent_id = excluded.consent_id, decision = excluded.decision, recorded_at = excluded.recorded_at, sequence = excluded.sequence \
         WHERE coalesce(c.sequence <= excluded.sequence, c.recorded_at <= excluded.recorded_at)",
        organization_id.uuid(),
        encounter_id.as_str(),
        event.consent_id.uuid(),
        decision,
        event.recorded_at,
        event.sequence
    )
    .execute(connection)
    .await
    .map(drop)
}
