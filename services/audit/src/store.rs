//! What audit remembers. The only place with SQL.

pub mod case_evidence;
pub mod case_notes;
pub mod cases;
pub mod checkpoints;
pub mod contacts;
pub mod detectors;
pub mod events;
pub mod holds;
pub mod inventory;
pub mod knowledge;
pub mod measures;
pub mod reports;
pub mod retention;
pub mod search;
pub mod tallies;
pub mod tiles;
pub mod trees;
