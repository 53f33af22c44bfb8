//! What the log is: leaves on their way into a tree, what is looked for in it, and how it is judged. Pure.

pub mod access;
mod anchors;
pub mod audit_event;
mod case;
pub mod catalogue;
mod cursor;
pub mod detection;
pub mod fhir_capabilities;
pub mod fhir_date;
pub mod fhir_search;
mod growth;
mod hold;
mod inventory;
mod leaf;
mod logged;
mod measured;
pub mod question;
pub mod report;
pub mod retention;
mod search;
mod tile_roots;

pub use anchors::Anchors;
pub use case::{CaseState, InvalidState, NOTICE_DAYS, NoticeClock};
pub use growth::{begun, full_tiles};
pub use hold::{Covered, Hold, Released};
pub use inventory::{
    InvalidRecord, REMINDERS_DAYS, RecordKind, RecordState, next_due, notice_due, reminder, secretary_due,
};
pub use leaf::{LEAF_BYTES_MAX, Leaf};
pub use logged::{Logged, PLATFORM, Prepared, Told};
pub use measured::{Counts, Finding as PolicyFinding, Opened, Readings, findings};
pub use retention::{Prunings, Retention};
pub use search::{Filters, Key, Order, Search};
pub use tile_roots::TileRoots;
