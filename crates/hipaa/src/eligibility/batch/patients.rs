//! Splits a 271 into the responses for its patients, each with the names of the levels above.

use crate::eligibility::response_read::{DEPENDENT, ResponseReader, SUBSCRIBER, has_answer, has_rejection, levels};
use crate::eligibility::{EligibilityError, Response};
use mc_x12::Transaction;
use mc_x12::tree::Node;

/// Maximum number of segments that a subscriber passes to the dependents: more than the guide
/// allows, and few enough that responses do not outgrow the input.
const PASSED: usize = 64;

/// The responses for each patient, in order. A level without levels below is a response of its own,
/// and so is one with its own benefits or rejections.
pub(super) fn responses(transaction: &Transaction<'_>) -> Result<Vec<Response>, EligibilityError> {
    let root = levels(transaction)?;
    let mut found = Vec::new();
    for source in root.children("2000A") {
        if source.child("2000B").is_none() || has_rejection(source, "2100A") {
            let mut reader = ResponseReader::new(&root);
            reader.source(source);
            found.push(reader.finish()?);
        }
        for receiver in source.children("2000B") {
            below_source(&root, source, receiver, &mut found)?;
        }
    }
    Ok(found)
}

fn below_source(
    root: &Node<'_>,
    source: &Node<'_>,
    receiver: &Node<'_>,
    found: &mut Vec<Response>,
) -> Result<(), EligibilityError> {
    let begin = || {
        let mut reader = ResponseReader::new(root);
        reader.payer(source);
        reader
    };
    if receiver.child("2000C").is_none() || has_rejection(receiver, "2100B") {
        let mut reader = begin();
        reader.receiver(receiver);
        found.push(reader.finish()?);
    }
    for subscriber in receiver.children("2000C") {
        if subscriber.child("2000D").is_none() || has_answer(subscriber) {
            let mut reader = begin();
            reader.patient(subscriber, &SUBSCRIBER)?;
            found.push(reader.finish()?);
        }
        let mut above = begin();
        above.identify(subscriber, PASSED)?;
        for dependent in subscriber.children("2000D") {
            let mut reader = above.clone();
            reader.patient(dependent, &DEPENDENT)?;
            found.push(reader.finish()?);
        }
    }
    Ok(())
}
