//! What could not be read in a payer's answer.

use mc_x12::Finding;
use serde::{Deserialize, Serialize};

/// Parts that are listed; an answer with more of them is of no use in any case.
const LISTED: usize = 100;

/// A part of the payer's answer that could not be read, and is therefore absent: its place and why,
/// never its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct UnreadPart {
    /// Segment number in the 271, ISA = 1.
    pub segment: u32,
    /// The segment's id, e.g. `EB`.
    pub id: String,
    /// The guide's loop, e.g. `2110C`; empty outside loops.
    pub r#loop: String,
    /// The element, counted from 1; null where the segment as a whole could not be read.
    pub element: Option<u8>,
    pub message: String,
}

impl UnreadPart {
    /// The first parts of a list.
    pub(super) fn list(unread: &[Finding<'static>]) -> Vec<Self> {
        let listed = unread.iter().take(LISTED);
        listed
            .map(|finding| Self {
                segment: finding.place.segment,
                id: finding.place.id.to_owned(),
                r#loop: finding.place.loop_id.to_owned(),
                element: finding.place.element.map(|at| at.element),
                message: finding.to_string(),
            })
            .collect()
    }
}
