//! Reads a 277CA.

use super::{ClaimAcknowledgement, LevelAnswer, PatientAnswer, ProviderAnswer, Submission, VERSION};
use crate::parts::{Dated, Name, Read, ViewError, each, inner, list, need, one, text_of};
use crate::status::ClaimLevel;
use mc_x12::Transaction;
use mc_x12::tree::Node;

impl ClaimAcknowledgement {
    /// Reads one transaction set by its guide. What cannot be read is listed, and the rest is read.
    ///
    /// # Errors
    /// [`ViewError`] for another transaction set or a response to a 276.
    pub fn read(transaction: &Transaction<'_>) -> Result<Read<Self>, ViewError> {
        if transaction.id != "277" || !transaction.version.starts_with(VERSION) {
            let expected = "277CA";
            return Err(ViewError::WrongTransaction { expected });
        }
        Read::of(transaction, "277", Self::from_node)
    }

    fn from_node(node: &Node<'_>) -> Self {
        let bht = need(node, "BHT");
        let submissions = node.children("2000A").flat_map(|source| {
            let receivers = source.children("2000B");
            receivers.map(move |receiver| submission(source, receiver))
        });
        Self {
            reference: bht.text(3),
            created_at: bht.moment(4),
            submissions: submissions.collect(),
        }
    }
}

fn name(node: &Node<'_>, loop_id: &'static str) -> Name {
    one(inner(node, loop_id))
}

fn submission(source: &Node<'_>, receiver: &Node<'_>) -> Submission {
    let receipt = inner(source, "2200A");
    let dates: Vec<Dated> = list(receipt);
    let batch = inner(receiver, "2200B");
    Submission {
        source: name(source, "2100A"),
        receipt: need(receipt, "TRN").text(2),
        received_on: Dated::find_day(&dates, "050"),
        processed_on: Dated::find_day(&dates, "009"),
        submitter: name(receiver, "2100B"),
        batch: need(batch, "TRN").text(2),
        level: level(batch),
        providers: each(receiver, "2000C", provider),
    }
}

fn level(node: &Node<'_>) -> LevelAnswer {
    LevelAnswer {
        information: list(node),
        counts: list(node),
        amounts: list(node),
    }
}

fn provider(node: &Node<'_>) -> ProviderAnswer {
    let answer = node.child("2200C");
    ProviderAnswer {
        names: each(node, "2100C", one),
        trace: answer.map(|answer| text_of(answer, "TRN", 2)).unwrap_or_default(),
        level: answer.map(level).unwrap_or_default(),
        references: answer.map(list).unwrap_or_default(),
        patients: each(node, "2000D", patient),
    }
}

fn patient(node: &Node<'_>) -> PatientAnswer {
    PatientAnswer {
        name: name(node, "2100D"),
        claims: each(node, "2200D", ClaimLevel::read),
    }
}
