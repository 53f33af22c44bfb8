//! Reports the parts that are missing.

use super::reporter::Reporter;
use crate::finding::Place;
use crate::guide::{Id, ids};
use crate::walk::MissingPart;

/// Whether an amount of a sum is missing.
pub(super) fn holds_amount(part: &MissingPart) -> bool {
    const AMOUNTS: [Id; 7] = [ids::CLM, ids::LX, ids::SV1, ids::SV2, ids::SV3, ids::CLP, ids::SVC];
    part.part
        .kind
        .opening()
        .is_some_and(|opening| AMOUNTS.contains(&opening.id))
}

pub(super) fn report(parts: &[(MissingPart, Place)], reporter: &mut Reporter<'_>) {
    for (part, before) in parts {
        if let Some((kind, id, loop_id)) = part.describe() {
            let place = Place { id, loop_id, ..*before };
            reporter.report(kind, place, None);
        }
    }
}
