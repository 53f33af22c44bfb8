//! The outbox: events wait here, written in the transaction of the change that they report.

use crate::Mailbox;
use futures_util::future::BoxFuture;
use mc_access::tenancy;
use mc_chassis::telemetry;
use mc_contracts::{AuditRecord, Envelope, Event};
use mc_vocabulary::{EventId, OrganizationId};
use sqlx::{AssertSqlSafe, PgConnection};

impl Mailbox {
    /// Inserts `event` into the outbox in this transaction. It is published if, and only if, the
    /// transaction commits.
    ///
    /// # Errors
    /// If the database fails or the event cannot be serialized.
    pub async fn enqueue<E: Event>(
        &self,
        transaction: &mut PgConnection,
        organization_id: Option<OrganizationId>,
        event: &E,
    ) -> Result<EventId, sqlx::Error> {
        let envelope = self.envelope(organization_id, event)?;
        self.insert(transaction, &envelope).await?;
        Ok(envelope.id)
    }

    pub(crate) fn envelope<E: Event>(
        &self,
        organization_id: Option<OrganizationId>,
        event: &E,
    ) -> Result<Envelope, sqlx::Error> {
        Ok(Envelope {
            id: EventId::new(),
            event_type: format!("{}.{}", self.service, E::NAME),
            source: self.service.to_owned(),
            time: self.clock.now(),
            subject: event.subject(),
            organization_id,
            trace: telemetry::trace_headers(),
            data: serde_json::to_value(event).map_err(|error| sqlx::Error::Encode(Box::new(error)))?,
        })
    }

    fn insert<'a>(
        &'a self,
        transaction: &'a mut PgConnection,
        envelope: &'a Envelope,
    ) -> BoxFuture<'a, Result<(), sqlx::Error>> {
        Box::pin(async move {
            let sql = format!("INSERT INTO {}.outbox (id, envelope) VALUES ($1, $2)", self.schema);
            sqlx::query(AssertSqlSafe(sql))
                .bind(envelope.id.uuid())
                .bind(sqlx::types::Json(envelope))
                .execute(transaction)
                .await
                .map(drop)
        })
    }

    /// Commits a record that belongs to no other change: a refusal, or a read. A read of patient
    /// data awaits this before it responds. Records of concurrent requests share a commit.
    ///
    /// # Errors
    /// If the database fails; the caller then responds with 503 and no data.
    pub fn enqueue_now<'a>(
        &'a self,
        organization_id: Option<OrganizationId>,
        record: &'a AuditRecord,
    ) -> BoxFuture<'a, Result<(), sqlx::Error>> {
        Box::pin(async move {
            if let Some(id) = organization_id {
                return self.commit_shared(id, self.envelope(organization_id, record)?).await;
            }
            let mut transaction = tenancy::begin_as_platform(&self.worker_pool).await?;
            self.enqueue(&mut transaction, None, record).await?;
            transaction.commit().await
        })
    }
}
