//! Records that are committed on their own share a commit: those that arrive while one commit runs
//! are written together by the next. Each caller waits for the commit of its own record.

use crate::Mailbox;
use futures_util::future::BoxFuture;
use mc_access::tenancy;
use mc_contracts::Envelope;
use mc_vocabulary::OrganizationId;
use sqlx::AssertSqlSafe;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::oneshot::{self, error::TryRecvError};
use uuid::Uuid;

/// Maximum number of records in one commit.
const MAX_RECORDS: usize = 200;

/// A record that waits for its commit.
struct Waiting {
    organization_id: OrganizationId,
    envelope: Arc<Envelope>,
    done: oneshot::Sender<Result<(), sqlx::Error>>,
}

/// The records that wait, and whose turn it is to write them.
#[derive(Default)]
pub(crate) struct SharedCommit {
    waiting: Mutex<Vec<Waiting>>,
    turn: tokio::sync::Mutex<()>,
}

impl SharedCommit {
    fn add(
        &self,
        organization_id: OrganizationId,
        envelope: &Arc<Envelope>,
    ) -> oneshot::Receiver<Result<(), sqlx::Error>> {
        let (done, result) = oneshot::channel();
        self.lock().push(Waiting {
            organization_id,
            envelope: Arc::clone(envelope),
            done,
        });
        result
    }

    fn take(&self) -> Vec<Waiting> {
        let mut waiting = self.lock();
        // Callers that went away are not written: nobody was answered.
        waiting.retain(|record| !record.done.is_closed());
        let count = waiting.len().min(MAX_RECORDS);
        waiting.drain(..count).collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Mailbox {
    /// Commits a record, with others if there are any.
    pub(crate) fn commit_shared(
        &self,
        organization_id: OrganizationId,
        envelope: Envelope,
    ) -> BoxFuture<'_, Result<(), sqlx::Error>> {
        Box::pin(async move {
            let envelope = Arc::new(envelope);
            let mut outcome = None;
            loop {
                let mut result = self.shared.add(organization_id, &envelope);
                // Until it is written, by this caller or by another. A turn may end with this
                // record among those that are left for the next.
                while let Err(TryRecvError::Empty) = result.try_recv().map(|done| outcome = Some(done)) {
                    tokio::select! {
                        biased;
                        done = &mut result => {
                            outcome = done.ok();
                            break;
                        }
                        _turn = self.shared.turn.lock() => self.write(self.shared.take()).await,
                    }
                }
                // None: whoever wrote it went away in the middle. It is written again; a record
                // that is there already is not written twice.
                if let Some(done) = outcome.take() {
                    return done;
                }
            }
        })
    }

    /// Writes all in one transaction; if that fails, each in its own.
    async fn write(&self, mut records: Vec<Waiting>) {
        if records.len() > 1 && self.write_in_one(&records).await.is_ok() {
            for record in records {
                let _ = record.done.send(Ok(()));
            }
            return;
        }
        for record in records.drain(..) {
            let written = self.write_in_one(std::slice::from_ref(&record)).await;
            let _ = record.done.send(written);
        }
    }

    async fn write_in_one(&self, records: &[Waiting]) -> Result<(), sqlx::Error> {
        let Some(first) = records.first() else {
            return Ok(());
        };
        let mut transaction = tenancy::begin(&self.pool, first.organization_id).await?;
        // A statement for each organization: its rows are checked against it.
        let sql = format!(
            "INSERT INTO {}.outbox (id, envelope) SELECT r.id, r.envelope::jsonb \
             FROM (SELECT set_config('medconnect.organization', $3, true)) AS organization, \
               unnest($1::uuid[], $2::text[]) AS r(id, envelope) ON CONFLICT DO NOTHING",
            self.schema
        );
        let mut by_organization: BTreeMap<OrganizationId, (Vec<Uuid>, Vec<String>)> = BTreeMap::new();
        for record in records {
            let (ids, envelopes) = by_organization.entry(record.organization_id).or_default();
            ids.push(record.envelope.id.uuid());
            envelopes.push(serde_json::to_string(&record.envelope).map_err(|error| sqlx::Error::Encode(error.into()))?);
        }
        for (organization_id, (ids, envelopes)) in by_organization {
            sqlx::query(AssertSqlSafe(sql.as_str()))
                .bind(ids)
                .bind(envelopes)
                .bind(organization_id.to_string())
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await
    }
}
