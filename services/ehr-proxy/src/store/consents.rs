//! Consent decisions. Rows are only added.

use super::corrupt;
use crate::domain::{Consent, ConsentDecision, ConsentPurpose};
use chrono::{DateTime, Utc};
use mc_vocabulary::{ConsentId, EncounterId, OrganizationId, PatientId, UserId};
use sqlx::{PgConnection, types::Uuid};

/// Until this transaction ends, another decision about the same patient or visit waits: the order
/// of decisions is that of the commits. What is read after this is what counts.
#[tracing::instrument(level = "debug", name = "consents.lock_order", skip_all)]
pub async fn lock_order(
    connection: &mut PgConnection,
    organization_id: OrganizationId,
    patient_id: &PatientId,
    encounter_id: Option<&EncounterId>,
) -> Result<(), sqlx::Error> {
    // Every transaction locks the patient before the visit, so none waits for another in a circle.
    lock(connection, format!("{organization_id} patient {patient_id}")).await?;
    if let Some(encounter_id) = encounter_id {
        lock(connection, format!("{organization_id} encounter {encounter_id}")).await?;
    }
    Ok(())
}

/// Adds a decision and returns its place in the order of decisions. The transaction has called
/// [`lock_order`].
#[tracing::instrument(level = "debug", name = "consents.insert", skip_all)]
pub async fn insert(
    connection: &mut PgConnection,
    organization_id: OrganizationId,
    consent: &Consent,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        "INSERT INTO ehr_proxy.consents \
         (id, organization_id, patient_id, purpose, decision, encounter_id, grantee, recorded_by, recorded_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING sequence",
        consent.id.uuid(),
        organization_id.uuid(),
        consent.patient_id.as_str(),
        consent.purpose.as_str(),
        consent.decision.as_str(),
        consent.encounter_id.as_ref().map(EncounterId::as_str),
        consent.grantee.map(UserId::uuid),
        consent.recorded_by,
        consent.recorded_at
    )
    .fetch_one(connection)
    .await
}

/// Locks a subject of decisions until the transaction ends.
async fn lock(connection: &mut PgConnection, subject: String) -> Result<(), sqlx::Error> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", subject)
        .execute(connection)
        .await
        .map(drop)
}

/// The latest decision that applies to `user_id`'s use of the chart, for every visit or for
/// `encounter_id`, with its id. None if none applies.
#[tracing::instrument(level = "debug", name = "consents.find_treatment_decision", skip_all)]
pub async fn find_treatment_decision(
    connection: &mut PgConnection,
    organization_id: OrganizationId,
    patient_id: &PatientId,
    user_id: Option<UserId>,
    encounter_id: Option<&EncounterId>,
) -> Result<Option<(ConsentId, ConsentDecision)>, sqlx::Error> {
    let row = sqlx::query!(
        "SELECT id, decision FROM ehr_proxy.consents \
         WHERE organization_id = $1 AND patient_id = $2 AND purpose = 'treatment' \
           AND (grantee IS NULL OR grantee = $3) AND (encounter_id IS NULL OR encounter_id = $4) \
         ORDER BY sequence DESC LIMIT 1",
        organization_id.uuid(),
        patient_id.as_str(),
        user_id.map(UserId::uuid),
        encounter_id.map(EncounterId::as_str)
    )
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        let decision = ConsentDecision::stored(&row.decision).ok_or_else(|| corrupt("consents.decision"))?;
        Ok((row.id.into(), decision))
    })
    .transpose()
}

/// Whether a patient other than `patient_id` has decided about this visit.
#[tracing::instrument(level = "debug", name = "consents.find_other_decider", skip_all)]
pub async fn find_other_decider(
    connection: &mut PgConnection,
    organization_id: OrganizationId,
    encounter_id: &EncounterId,
    patient_id: &PatientId,
) -> Result<bool, sqlx::Error> {
    let found = sqlx::query_scalar!(
        "SELECT EXISTS (SELECT 1 FROM ehr_proxy.consents \
         WHERE organization_id = $1 AND encounter_id = $2 AND patient_id <> $3) AS \"found!\"",
        organization_id.uuid(),
        encounter_id.as_str(),
        patient_id.as_str()
    );
    found.fetch_one(connection).await
}

struct Row {
    id: Uuid,
    patient_id: String,
    purpose: String,
    decision: String,
    encounter_id: Option<String>,
    grantee: Option<Uuid>,
    recorded_by: String,
    recorded_at: DateTime<Utc>,
    sequence: i64,
}

impl TryFrom<Row> for Consent {
    type Error = sqlx::Error;
    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        let encounter_id = row.encounter_id.map(|id| id.parse()).transpose();
        Ok(Self {
            id: row.id.into(),
            patient_id: row.patient_id.parse().map_err(|_| corrupt("consents.patient_id"))?,
            purpose: ConsentPurpose::stored(&row.purpose).ok_or_else(|| corrupt("consents.purpose"))?,
            decision: ConsentDecision::stored(&row.decision).ok_or_else(|| corrupt("consents.decision"))?,
            encounter_id: encounter_id.map_err(|_| corrupt("consents.encounter_id"))?,
            grantee: row.grantee.map(UserId::from),
            recorded_by: row.recorded_by,
            recorded_at: row.recorded_at,
            sequence: Some(row.sequence),
        })
    }
}

/// A patient's decisions, newest first, older than `before`.
#[tracing::instrument(level = "debug", name = "consents.list", skip_all)]
pub async fn list(
    connection: &mut PgConnection,
    organization_id: OrganizationId,
    patient_id: &PatientId,
    before: Option<ConsentId>,
    limit: i64,
) -> Result<Vec<Consent>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT id, patient_id, purpose, decision, encounter_id, grantee, recorded_by, recorded_at, sequence FROM ehr_proxy.consents \
         WHERE organization_id = $1 AND patient_id = $2 \
           AND ($3::uuid IS NULL OR sequence < (SELECT sequence FROM ehr_proxy.consents WHERE organization_id = $1 AND id = $3)) \
         ORDER BY sequence DESC LIMIT $4",
        organization_id.uuid(),
        patient_id.as_str(),
        before.map(ConsentId::uuid),
        limit
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Consent::try_from).collect()
}
