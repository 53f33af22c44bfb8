//! Tables of compliance: cases, contacts, detectors, inventory, roster, tallies; counts over the
//! log.

pub mod case_evidence;
pub mod case_notes;
pub mod cases;
pub mod contacts;
pub mod detectors;
pub mod inventory;
pub mod measures;
pub mod roster;
pub mod tallies;
