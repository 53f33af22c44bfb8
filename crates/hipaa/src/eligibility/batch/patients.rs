//! Splits a 271 into the responses for its patients, each with the names of the levels above.

use crate::eligibility::response_read::{DEPENDENT, ResponseReader, SUBSCRIBER, has_answer, has_rejection, levels};
use crate::eligibility::{EligibilityError, Response};
use mc_x12::tree::{Node, Tree};
use mc_x12::{Segment, Transaction};
use std::ops::Range;

/// Maximum number of segments that a subscriber passes to the dependents: more than the guide
/// allows, and few enough that responses do not outgrow the input.
const PASSED: usize = 64;

/// The responses for each patient, in order. A level without levels below is a response of its own,
/// and so is one with its own benefits or rejections.
pub(super) fn responses(transaction: &Transaction<'_>) -> Result<Vec<Response>, EligibilityError> {
    let tree = levels(transaction)?;
    let mut found = Vec::new();
    for source in tree.root.children("2000A") {
        if source.child("2000B").is_none() || has_rejection(source, "2100A") {
            let mut reader = ResponseReader::new(&tree.root);
            reader.source(source);
            reader.unread(&tree.unread, concerns(&tree, &[]));
            found.push(reader.finish()?);
        }
        for receiver in source.children("2000B") {
            below_source(&tree, source, receiver, &mut found)?;
        }
    }
    Ok(found)
}

fn below_source(
    tree: &Tree<'_>,
    source: &Node<'_>,
    receiver: &Node<'_>,
    found: &mut Vec<Response>,
) -> Result<(), EligibilityError> {
    let begin = || {
        let mut reader = ResponseReader::new(&tree.root);
        reader.payer(source);
        reader
    };
    if receiver.child("2000C").is_none() || has_rejection(receiver, "2100B") {
        let mut reader = begin();
        reader.receiver(receiver);
        reader.unread(&tree.unread, concerns(tree, &[]));
        found.push(reader.finish()?);
    }
    for subscriber in receiver.children("2000C") {
        if subscriber.child("2000D").is_none() || has_answer(subscriber) {
            let mut reader = begin();
            reader.patient(subscriber, &SUBSCRIBER);
            reader.unread(&tree.unread, concerns(tree, &[own(subscriber)]));
            found.push(reader.finish()?);
        }
        let mut above = begin();
        above.identify(subscriber, PASSED);
        for dependent in subscriber.children("2000D") {
            let mut reader = above.clone();
            reader.patient(dependent, &DEPENDENT);
            reader.unread(&tree.unread, concerns(tree, &[own(subscriber), own(dependent)]));
            found.push(reader.finish()?);
        }
    }
    Ok(())
}

/// The numbers of the segments of a level, without the levels below it.
fn own(level: &Node<'_>) -> Range<u32> {
    let mut below = level.loops.iter().filter(|inner| inner.segment("HL").is_some());
    let first = |node: &Node<'_>| node.segments.first().map_or(0, |placed| placed.segment.number());
    first(level)..below.next().map_or_else(|| last(level) + 1, first)
}

/// The number of the last segment of a loop and those inside.
fn last(node: &Node<'_>) -> u32 {
    let own = node.segments.iter().map(|placed| placed.segment.number());
    let unplaced = node.unplaced.iter().map(Segment::number);
    let inside = node.loops.iter().map(last);
    own.chain(unplaced).chain(inside).max().unwrap_or_default()
}

/// Whether a segment belongs to one of these levels, or to no patient.
fn concerns(tree: &Tree<'_>, levels: &[Range<u32>]) -> impl Fn(u32) -> bool {
    let (levels, first) = (levels.to_vec(), first_patient(&tree.root));
    move |at| levels.iter().any(|level| level.contains(&at)) || at < first
}

/// The number of the first segment of the first patient.
fn first_patient(root: &Node<'_>) -> u32 {
    let receivers = root.children("2000A").flat_map(|source| source.children("2000B"));
    let mut patients = receivers.flat_map(|receiver| receiver.children("2000C"));
    let first = patients.next().and_then(|patient| patient.segments.first());
    first.map_or(u32::MAX, |placed| placed.segment.number())
}
