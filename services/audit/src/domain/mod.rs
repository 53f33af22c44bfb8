//! What the log is: leaves on their way into a tree, what is looked for in it, and how it is judged. Pure.

pub mod access;
mod anchors;
pub mod audit_event;
pub mod catalogue;
mod cursor;
pub mod detection;
pub mod fhir_capabilities;
pub mod fhir_date;
pub mod fhir_search;
mod growth;
mod leaf;
mod logged;
mod search;
mod tile_roots;

pub use anchors::Anchors;
pub use growth::{begun, full_tiles};
pub use leaf::{LEAF_BYTES_MAX, Leaf};
pub use logged::{Logged, PLATFORM, Prepared, Told};
pub use search::{Filters, Key, Order, Search};
pub use tile_roots::TileRoots;
