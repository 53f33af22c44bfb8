//! The beginning of a hierarchical transaction set: BHT.

use chrono::NaiveDateTime;

use super::moment_text;
use mc_x12::Line;

/// BHT up to its time: structure, purpose, reference and time of creation. The type code may
/// follow.
pub(crate) fn beginning(structure: &str, purpose: &str, reference: &str, at: Option<NaiveDateTime>) -> Line {
    let (day, time) = at.map(moment_text).unwrap_or_default();
    Line::new("BHT")
        .code(structure)
        .required(purpose, 2)
        .required(reference, 50)
        .required(&day, 8)
        .required(&time, 8)
}
