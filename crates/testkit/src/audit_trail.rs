//! The audit records in a service's outbox.

use crate::{Database, eventually};
use sqlx::{AssertSqlSafe, PgPool};
use std::{cell::RefCell, collections::BTreeSet};

/// The audit records of a service since the last look.
pub struct AuditTrail {
    owner: PgPool,
    sql: String,
    seen: RefCell<BTreeSet<i64>>,
}

impl AuditTrail {
    /// Observes the outbox of `schema` from now on.
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

    /// Records added since the last look: the action, followed by the outcome if it is not
    /// `success`, as in `auth.login denied`.
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

    /// Waits for records that a worker adds later.
    ///
    /// # Panics
    /// If they are not added in time, or differ from `expected`.
    pub async fn wait_for(&self, expected: &[&str]) {
        let added = RefCell::new(Vec::new());
        eventually("records of a worker", || async {
            let more = self.added().await;
            added.borrow_mut().extend(more);
            (added.borrow().len() >= expected.len()).then_some(())
        })
        .await;
        assert_eq!(*added.borrow(), expected);
    }
}
