//! What a service puts on record, as its outbox holds it.

use crate::{Database, eventually};
use sqlx::{AssertSqlSafe, PgPool};
use std::{cell::RefCell, collections::BTreeSet};

/// Looks at a service's audit records; what it has seen once it does not show again.
pub struct OnRecord {
    owner: PgPool,
    sql: String,
    seen: RefCell<BTreeSet<i64>>,
}

impl OnRecord {
    /// What comes from now on into the outbox of `schema`.
    pub async fn from_now(database: &Database, schema: &str) -> Self {
        let sql = format!(
            "SELECT sequence, envelope -> 'data' ->> 'action', envelope -> 'data' ->> 'outcome' FROM {schema}.outbox \
             WHERE envelope ->> 'type' LIKE '%.audit.recorded.v1' ORDER BY sequence"
        );
        let this = Self {
            owner: database.owner.clone(),
            sql,
            seen: RefCell::default(),
        };
        this.added().await;
        this
    }

    /// What was added since the last look: the action, and behind it the outcome where that is not `success`, as in `auth.login denied`.
    pub async fn added(&self) -> Vec<String> {
        let all: Vec<(i64, String, String)> = sqlx::query_as(AssertSqlSafe(self.sql.clone()))
            .fetch_all(&self.owner)
            .await
            .unwrap();
        let mut seen = self.seen.borrow_mut();
        all.into_iter()
            .filter(|(sequence, ..)| seen.insert(*sequence))
            .map(|(_, action, outcome)| match outcome.as_str() {
                "success" => action,
                _ => format!("{action} {outcome}"),
            })
            .collect()
    }

    /// Waits until as much was added as is `expected`, and sees that it is this: for what a worker adds later.
    ///
    /// # Panics
    /// Where it does not come, or something else comes.
    pub async fn comes_to_hold(&self, expected: &[&str]) {
        let added = RefCell::new(Vec::new());
        eventually("what comes on record later", || async {
            let more = self.added().await;
            added.borrow_mut().extend(more);
            (added.borrow().len() >= expected.len()).then_some(())
        })
        .await;
        assert_eq!(*added.borrow(), expected);
    }
}
