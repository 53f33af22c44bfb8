//! Splits a 271 into the responses for its patients, each with the names of the levels above.

use crate::eligibility::response_read::{DEPENDENT, ResponseReader, SUBSCRIBER, has_answer, has_rejection, levels};
use crate::eligibility::{EligibilityError, Response};
use crate::parts;
use mc_x12::tree::Node;
use mc_x12::{Finding, Transaction};

/// Maximum number of segments that a subscriber passes to the dependents: more than the guide
/// allows, and few enough that responses do not outgrow the input.
const PASSED: usize = 64;

/// The responses for each patient, in order.
pub(super) fn responses(transaction: &Transaction<'_>) -> Result<Vec<Response>, EligibilityError> {
    let tree = levels(transaction)?;
    let levels = parts::levels(&tree.root);
    let first = |node: &&Node<'_>| node.segments.first().map_or(0, |placed| placed.segment.number());
    // What is before the first level concerns all of them.
    let begins = levels.first().map_or(u32::MAX, first);
    let between = |from: u32, to: u32| -> Vec<Finding<'static>> {
        let within = |finding: &&Finding<'_>| (from..to).contains(&finding.place.segment);
        tree.unread.iter().filter(within).copied().collect()
    };
    let mut patients = Patients::new(&tree.root, &between(0, begins));
    let mut found = Vec::new();
    for (at, level) in levels.iter().enumerate() {
        let next = levels.get(at + 1).map_or(u32::MAX, first);
        found.extend(patients.take(level, &between(first(level), next)));
    }
    found.extend(patients.finish());
    let is_empty = |response: &Response| response.benefits.is_empty() && response.rejections.is_empty();
    if found.is_empty() || found.iter().any(is_empty) {
        return Err(EligibilityError::Malformed);
    }
    Ok(found)
}

/// Takes the levels of a 271 in order and returns the response for each patient. A level without
/// levels below is a response of its own, and so is one with its own benefits or rejections.
#[derive(Debug, Default)]
pub(crate) struct Patients {
    /// What the levels below each open level begin with.
    root: ResponseReader,
    source: ResponseReader,
    receiver: ResponseReader,
    subscriber: ResponseReader,
    last: Option<Level>,
}

/// A level that was read.
#[derive(Debug)]
struct Level {
    rank: usize,
    response: ResponseReader,
    /// It is a response, whatever is below it.
    is_response: bool,
}

/// The levels, the payer first.
const RANKS: [&str; 4] = ["2000A", "2000B", "2000C", "2000D"];

impl Patients {
    /// Before the first level. `root` has the segments before it.
    pub(crate) fn new(root: &Node<'_>, unread: &[Finding<'static>]) -> Self {
        let mut reader = ResponseReader::new(root);
        reader.unread(unread);
        Self {
            source: reader.clone(),
            receiver: reader.clone(),
            subscriber: reader.clone(),
            root: reader,
            last: None,
        }
    }

    /// The next level, of which the levels below are not read; what could not be read in it. The
    /// response that ends here is returned.
    pub(crate) fn take(&mut self, level: &Node<'_>, unread: &[Finding<'static>]) -> Option<Response> {
        let rank = RANKS.iter().position(|id| *id == level.id())?;
        let ended = self.end(rank);
        let mut response;
        let is_response = match rank {
            0 => {
                response = self.root.clone();
                self.source = self.root.clone();
                self.source.payer(level);
                self.source.unread(unread);
                // A level above may be missing.
                self.receiver = self.source.clone();
                response.source(level);
                has_rejection(level, "2100A")
            }
            1 => {
                response = self.source.clone();
                self.receiver = self.source.clone();
                self.receiver.unread(unread);
                response.receiver(level);
                has_rejection(level, "2100B")
            }
            2 => {
                response = self.receiver.clone();
                self.subscriber = self.receiver.clone();
                self.subscriber.identify(level, PASSED);
                self.subscriber.unread(unread);
                response.patient(level, &SUBSCRIBER);
                has_answer(level)
            }
            _ => {
                response = self.subscriber.clone();
                response.patient(level, &DEPENDENT);
                true
            }
        };
        response.unread(unread);
        self.last = Some(Level {
            rank,
            response,
            is_response,
        });
        ended
    }

    /// Ends the transaction set.
    pub(crate) fn finish(&mut self) -> Option<Response> {
        self.end(0)
    }

    fn end(&mut self, next: usize) -> Option<Response> {
        let last = self.last.take()?;
        let is_response = last.is_response || next <= last.rank;
        is_response.then(|| last.response.into_response())
    }
}
