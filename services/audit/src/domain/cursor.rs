//! Cursors as bytes, to be sealed.

use crate::domain::{Key, Search};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Place(String, i64, i64);

impl Key {
    /// The bytes that are sealed.
    pub fn to_bytes(&self) -> Vec<u8> {
        let place = Place(self.text.clone(), self.occurred_at.timestamp_micros(), self.index);
        serde_json::to_vec(&place).unwrap_or_default()
    }

    /// Reads opened bytes; None where they are not a cursor.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let Place(text, micros, index) = serde_json::from_slice(bytes).ok()?;
        Some(Self {
            text,
            occurred_at: DateTime::<Utc>::from_timestamp_micros(micros)?,
            index,
        })
    }
}

impl Search {
    /// Identifies the search, whatever the page: a cursor of one search is not accepted for
    /// another.
    pub fn question(&self) -> String {
        format!("{:?}|{:?}|{}", self.filters, self.order, self.descending)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Order;

    #[test]
    fn a_place_reads_back_and_nonsense_does_not() {
        let key = Key {
            text: "ehr.a\u{1F600}|b".to_owned(),
            occurred_at: "2026-11-22T08:00:00.123456Z".parse().unwrap(),
            index: 7,
        };
        assert_eq!(Key::from_bytes(&key.to_bytes()), Some(key));
        assert_eq!(Key::from_bytes(b"{}"), None);
    }

    #[test]
    fn another_order_or_filter_is_another_question_and_another_page_is_not() {
        let requested = Search::default();
        let page = Search {
            limit: 7,
            after: Key::from_bytes(br#"["",1,2]"#),
            ..requested.clone()
        };
        assert_eq!(requested.question(), page.question());
        let sorted = Search {
            order: Order::User,
            ..requested.clone()
        };
        let mut filtered = requested.clone();
        filtered.filters.patient.push("pt_1".to_owned());
        assert_ne!(requested.question(), sorted.question());
        assert_ne!(requested.question(), filtered.question());
    }
}
