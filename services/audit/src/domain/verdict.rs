//! The check of a log: event by event, head by head, without trust in the database.

use super::{Head, Leaf, Link};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A row as the database gives it.
pub struct Entry {
    /// Place it claims.
    pub position: i64,
    /// Columns that repeat what the leaf says.
    pub event_id: Uuid,
    /// Column.
    pub organization_id: Option<Uuid>,
    /// Column.
    pub occurred_at: DateTime<Utc>,
    /// Column.
    pub action: String,
    /// Column.
    pub trace_id: String,
    /// The bytes.
    pub leaf: Vec<u8>,
    /// The link it claims.
    pub link: Vec<u8>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Verdict {
    /// Whether the log is whole.
    pub ok: bool,
    /// How many events were read.
    pub size: i64,
    /// The last link that holds, in hexadecimal.
    pub head: String,
    /// Position of the first event that is wrong; None where all are right.
    pub first_bad: Option<i64>,
    /// What is wrong with it.
    pub reason: Option<String>,
}

/// Reads a log in order and keeps the first fault.
pub struct Checker {
    size: i64,
    link: Link,
    heads: BTreeMap<i64, Link>,
    fault: Option<(i64, &'static str)>,
}

impl Checker {
    /// A checker that knows which links were signed at which size.
    pub fn new(heads: impl IntoIterator<Item = Head>) -> Self {
        let mut this = Self {
            size: 0,
            link: Link::origin(),
            heads: BTreeMap::new(),
            fault: None,
        };
        for head in heads {
            let before = this.heads.insert(head.size, head.link);
            if before.is_some_and(|before| before != head.link) {
                this.fault = Some((head.size - 1, "two signed heads of one size differ"));
            }
        }
        this
    }

    /// A head that is stored but not signed by us.
    pub fn forged_head(&mut self, size: i64) {
        self.fault
            .get_or_insert((size - 1, "a stored head is not signed by the log's key"));
    }

    /// Takes the next row. False once a fault is known: the rest tells no more.
    pub fn take(&mut self, entry: &Entry) -> bool {
        if self.fault.is_none() {
            self.fault = self.judge(entry).map(|reason| (self.size, reason));
        }
        self.fault.is_none()
    }

    fn judge(&mut self, entry: &Entry) -> Option<&'static str> {
        if entry.position != self.size {
            return Some("an event is missing here, or one was put in");
        }
        let link = self.link.then(&entry.leaf);
        if Link::stored(&entry.link) != Some(link) {
            return Some("the event was changed, or the order was: its link does not follow");
        }
        if !columns_agree(entry) {
            return Some("a column differs from the hashed event");
        }
        self.size += 1;
        self.link = link;
        let signed = self.heads.get(&self.size).is_some_and(|head| *head != link);
        if signed {
            self.size -= 1;
            return Some("the link differs from the signed head: the log was rewritten");
        }
        None
    }

    /// The verdict after the last row.
    pub fn finish(mut self) -> Verdict {
        if self.fault.is_none() && self.heads.keys().next_back().is_some_and(|newest| *newest > self.size) {
            self.fault = Some((self.size, "the end was cut off: a signed head speaks of more events"));
        }
        Verdict {
            ok: self.fault.is_none(),
            size: self.size,
            head: self.link.to_string(),
            first_bad: self.fault.map(|(position, _)| position),
            reason: self.fault.map(|(_, reason)| reason.to_owned()),
        }
    }
}

fn columns_agree(entry: &Entry) -> bool {
    let Ok(leaf) = Leaf::from_bytes(&entry.leaf) else {
        return false;
    };
    leaf.event_id.uuid() == entry.event_id
        && leaf.organization_id.map(mc_vocabulary::OrganizationId::uuid) == entry.organization_id
        && leaf.occurred_at().timestamp_micros() == entry.occurred_at.timestamp_micros()
        && leaf.record.action == entry.action
        && leaf.record.trace_id == entry.trace_id
}
