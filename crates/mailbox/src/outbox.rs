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
        let envelope = Envelope {
            id: EventId::new(),
            event_type: format!("{}.{}", self.service, E::NAME),
            source: self.service.to_owned(),
            time: self.clock.now(),
            subject: event.subject(),
            organization_id,
            trace: telemetry::trace_headers(),
            data: serde_json::to_value(event).map_err(|error| sqlx::Error::Encode(Box::new(error)))?,
        };
        self.insert(transaction, &envelope).await?;
        Ok(envelope.id)
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

    /// Commits a record in a transaction of its own: a refusal, or a read that changes nothing. A
    /// read of patient data awaits this before it responds.
    ///
    /// # Errors
    /// If the database fails; the caller then responds with 503 and no data.
    pub fn enqueue_now<'a>(
        &'a self,
        organization_id: Option<OrganizationId>,
        record: &'a AuditRecord,
    ) -> BoxFuture<'a, Result<(), sqlx::Error>> {
        Box::pin(async move {
            let mut transaction = match organization_id {
                Some(id) => tenancy::begin(&self.pool, id).await?,
                None => tenancy::begin_as_platform(&self.worker_pool).await?,
            };
            self.enqueue(&mut transaction, organization_id, record).await?;
            transaction.commit().await
        })
    }
}
