//! Errors of segments and elements as a 999 carries them.

use super::context::Context;
use super::outcome::{ElementError, SegmentError, TransactionOutcome};
use crate::finding::Finding;

/// Maximum IK4 segments per IK3; further ones are left out.
const ELEMENTS: usize = 20;
/// Maximum length of a copied value (IK404).
const VALUE: usize = 99;

/// Bounds what an acknowledgement repeats of an element; valid elements are shorter.
pub(super) fn cut(text: &str) -> String {
    text.chars().take(35).collect()
}

pub(super) fn add_code(transaction: &mut TransactionOutcome, code: &str) {
    if !transaction.codes.iter().any(|known| known == code) {
        transaction.codes.push(code.to_owned());
    }
}

/// Whether IK301 can hold the id.
pub(super) fn is_segment_id(id: &str) -> bool {
    matches!(id.len(), 2 | 3) && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

pub(super) fn segment_error(finding: &Finding<'_>, code: &str, context: Context) -> SegmentError {
    // An unknown id may be data. IK301 has at least two characters.
    let id = Some(finding.place.id).filter(|id| is_segment_id(id)).unwrap_or("???");
    SegmentError {
        id: id.to_owned(),
        position: finding.place.position,
        // The base standard's number: 2010 for 2010AA.
        loop_id: finding.place.loop_id.chars().take(4).collect(),
        code: code.to_owned(),
        unit: context.unit,
        triggers: context.triggers,
        elements: Vec::new(),
    }
}

pub(super) fn add_element(
    transaction: &mut TransactionOutcome,
    finding: &Finding<'_>,
    code: &str,
    copied: bool,
    context: Context,
) {
    let place = &finding.place;
    let last = transaction.segments.last();
    if last.is_none_or(|last| last.position != place.position || last.code != "8") {
        let of_segment = Context {
            triggers: Vec::new(),
            ..context.clone()
        };
        transaction.segments.push(segment_error(finding, "8", of_segment));
    }
    let Some(segment) = transaction
        .segments
        .last_mut()
        .filter(|segment| segment.elements.len() < ELEMENTS)
    else {
        return;
    };
    let at = place
        .element
        .map_or((1, 0, 1), |at| (at.element, at.component, at.repetition));
    let value = finding
        .value
        .filter(|_| copied)
        .map(|value| value.chars().take(VALUE).collect());
    segment.elements.push(ElementError {
        at,
        number: place.element.map_or(0, |at| at.number),
        code: code.to_owned(),
        value,
        triggers: context.triggers,
    });
}
