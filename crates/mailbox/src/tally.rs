//! The tally: the number of audit records that a service committed, published for the audit service
//! to reconcile with its log.

use crate::Mailbox;
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use mc_access::tenancy;
use mc_contracts::Tally;
use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

/// Longer than any transaction: an id older than this is committed or never will be.
const SETTLED_AFTER: TimeDelta = TimeDelta::minutes(1);

/// One process of several counts.
const LOCK: &str = "mailbox.tally";

impl Mailbox {
    /// Enqueues the count of audit records since the last tally, up to a minute ago. None if there
    /// were none, or if another process is counting.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn tally(&self) -> Result<Option<Tally>, sqlx::Error> {
        let until = self.clock.now() - SETTLED_AFTER;
        let until = until.duration_trunc(TimeDelta::seconds(1)).unwrap_or(until);
        let mut transaction = tenancy::begin_as_platform(&self.worker_pool).await?;
        if !self.try_lock(&mut transaction, LOCK).await? {
            return Ok(None);
        }
        let since = self.last_tally(&mut transaction).await?;
        let count = format!(
            "SELECT count(*) FROM {}.outbox WHERE id >= $1 AND id < $2 AND event_type = $3",
            self.schema
        );
        let recorded: i64 = sqlx::query_scalar(AssertSqlSafe(count))
            .bind(first_id(since))
            .bind(first_id(until))
            .bind(format!("{}.audit.recorded.v1", self.service))
            .fetch_one(&mut *transaction)
            .await?;
        if recorded == 0 {
            return Ok(None);
        }
        let tally = Tally { since, until, recorded };
        self.enqueue(&mut transaction, None, &tally).await?;
        transaction.commit().await?;
        Ok(Some(tally))
    }

    /// End of the last tally; without one, the oldest time that the outbox still covers.
    async fn last_tally(&self, transaction: &mut PgConnection) -> Result<DateTime<Utc>, sqlx::Error> {
        // The condition is that of the index outbox_tallies.
        let newest = format!(
            "SELECT (envelope->'data'->>'until')::timestamptz FROM {}.outbox \
             WHERE event_type LIKE '%.audit_tallied_v1' ORDER BY id DESC LIMIT 1",
            self.schema
        );
        let newest: Option<DateTime<Utc>> = sqlx::query_scalar(AssertSqlSafe(newest))
            .fetch_optional(&mut *transaction)
            .await?;
        Ok(match newest {
            Some(until) => until,
            None => self.clock.now() - TimeDelta::hours(crate::maintenance::COVERED_HOURS),
        })
    }
}

/// The smallest UUIDv7 of a point in time (RFC 9562 section 5.7: it begins with 48 bits of
/// milliseconds).
fn first_id(moment: DateTime<Utc>) -> Uuid {
    let millis = u128::try_from(moment.timestamp_millis()).unwrap_or_default();
    Uuid::from_u128(millis << 80)
}
