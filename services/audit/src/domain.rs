//! The rules of the log: leaves, search, retention, cases, reports. Pure.

pub mod access;
mod anchors;
pub mod audit_event;
mod case;
pub mod catalogue;
mod cursor;
pub mod detection;
pub mod fhir_capabilities;
pub mod fhir_search;
mod growth;
mod hold;
mod inventory;
mod leaf;
mod logged;
pub mod minimum_necessary;
mod policy_findings;
pub mod report;
pub mod retention;
mod search;
pub mod search_redaction;
mod tile_roots;

pub use anchors::Anchors;
pub use case::{CaseState, InvalidState, NOTICE_DAYS, NoticeClock};
pub use growth::{begun, full_tiles};
pub use hold::{Hold, HoldScope, Released};
pub use inventory::{
    InvalidRecord, REMINDERS_DAYS, RecordKind, RecordState, next_due, notice_due, reminder, secretary_due,
};
pub use leaf::{Leaf, MAX_LEAF_BYTES};
pub use logged::{Logged, PLATFORM, Prepared, StoredRow};
pub use policy_findings::{Counts, Finding as PolicyFinding, Opened, Readings, findings};
pub use retention::{Prunings, Retention};
pub use search::{Filters, Key, Order, Search};
pub use tile_roots::TileRoots;
