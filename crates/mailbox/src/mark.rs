//! Marks in the stream of broadcasts: up to when everything was published.
//!
//! A connection to the broker does not show that broadcasts arrive: the publisher may be stopped,
//! or the broker may accept nothing from it. So a service that broadcasts publishes every second
//! that none of its events waits. A process without such a mark for some seconds may have missed
//! something.

use crate::{
    Mailbox,
    publish::{Publication, Publisher},
};
use mc_access::tenancy;
use mc_contracts::{BroadcastMark, Event, topology::BROADCAST};
use sqlx::AssertSqlSafe;
use std::time::{Duration, Instant};

/// How often a mark is published.
const INTERVAL: Duration = Duration::from_secs(1);

/// How long a mark may take. Events of the outbox wait meanwhile.
const LIMIT: Duration = Duration::from_millis(500);

/// Pause after a mark that the broker did not confirm in time.
const UNCONFIRMED_PAUSE: Duration = Duration::from_secs(10);

/// When the next mark is due.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    next: Option<Instant>,
}

impl Mailbox {
    /// Publishes a mark, if this service broadcasts and it is time. A mark goes past the outbox: a
    /// late one would say nothing.
    pub(crate) async fn mark_broadcasts(&self, publisher: &Publisher, marks: &mut Marks) -> Result<(), sqlx::Error> {
        let own = |binding: &&&str| binding.split('.').next() == Some(self.service);
        let types: Vec<&str> = BROADCAST.bindings.iter().filter(own).copied().collect();
        if types.is_empty() || marks.next.is_some_and(|next| Instant::now() < next) {
            return Ok(());
        }
        marks.next = Some(Instant::now() + INTERVAL);
        // Before the look: what is committed later is not promised.
        let as_of = self.clock.now();
        let mut transaction = tenancy::begin_as_platform(&self.worker_pool).await?;
        let waits = format!(
            "SELECT EXISTS (SELECT FROM {}.outbox WHERE event_type = ANY($1) AND published_at IS NULL)",
            self.schema
        );
        let waits: bool = sqlx::query_scalar(AssertSqlSafe(waits))
            .bind(&types)
            .fetch_one(&mut *transaction)
            .await?;
        transaction.rollback().await?;
        if !waits {
            // Unroutable where no stream is declared, as in most tests.
            let mark = self.envelope(None, &BroadcastMark { as_of })?;
            let published = publisher
                .publish_within(&[mark], LIMIT.min(self.limits.confirm_timeout))
                .await;
            if published.contains(&Publication::Unconfirmed) {
                marks.next = Some(Instant::now() + UNCONFIRMED_PAUSE);
            }
        }
        Ok(())
    }
}

/// Whether an event is a mark.
pub(crate) fn is_mark(event_type: &str) -> bool {
    event_type.split_once('.').map(|(_service, name)| name) == Some(BroadcastMark::NAME)
}
