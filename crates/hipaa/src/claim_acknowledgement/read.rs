//! Reads a 277CA.

use super::{ClaimAcknowledgement, LevelAnswer, PatientAnswer, ProviderAnswer, Submission, VERSION};
use crate::parts::{Dated, Name, ViewError, each, inner, list, loops, need, one};
use crate::status::ClaimLevel;
use mc_x12::Transaction;
use mc_x12::tree::Node;

impl ClaimAcknowledgement {
    /// Reads one transaction set by its guide. Segments without a place in the guide are left out;
    /// the checker reports them.
    ///
    /// # Errors
    /// [`ViewError`] for another transaction set or a response to a 276, for a missing level or an
    /// unreadable amount.
    pub fn read(transaction: &Transaction<'_>) -> Result<Self, ViewError> {
        let expected = "277CA";
        if transaction.id != "277" || !transaction.version.starts_with(VERSION) {
            return Err(ViewError::WrongTransaction { expected });
        }
        let node = loops(transaction, "277")?;
        let bht = need(&node, "BHT")?;
        let mut submissions = Vec::new();
        for source in node.children("2000A") {
            for receiver in source.children("2000B") {
                submissions.push(submission(source, receiver)?);
            }
        }
        Ok(Self {
            reference: bht.text(3),
            created_at: bht.moment(4),
            submissions,
        })
    }
}

fn name(node: &Node<'_>, loop_id: &'static str) -> Result<Name, ViewError> {
    one(inner(node, loop_id)?)
}

fn submission(source: &Node<'_>, receiver: &Node<'_>) -> Result<Submission, ViewError> {
    let receipt = inner(source, "2200A")?;
    let dates: Vec<Dated> = list(receipt)?;
    let batch = inner(receiver, "2200B")?;
    Ok(Submission {
        source: name(source, "2100A")?,
        receipt: need(receipt, "TRN")?.text(2),
        received_on: Dated::find_day(&dates, "050"),
        processed_on: Dated::find_day(&dates, "009"),
        submitter: name(receiver, "2100B")?,
        batch: need(batch, "TRN")?.text(2),
        level: level(batch)?,
        providers: each(receiver, "2000C", provider)?,
    })
}

fn level(node: &Node<'_>) -> Result<LevelAnswer, ViewError> {
    Ok(LevelAnswer {
        information: list(node)?,
        counts: list(node)?,
        amounts: list(node)?,
    })
}

fn provider(node: &Node<'_>) -> Result<ProviderAnswer, ViewError> {
    let answer = node.child("2200C");
    Ok(ProviderAnswer {
        names: each(node, "2100C", one)?,
        trace: answer
            .map(|answer| need(answer, "TRN").map(|trn| trn.text(2)))
            .transpose()?
            .unwrap_or_default(),
        level: answer.map(level).transpose()?.unwrap_or_default(),
        references: answer.map(list).transpose()?.unwrap_or_default(),
        patients: each(node, "2000D", patient)?,
    })
}

fn patient(node: &Node<'_>) -> Result<PatientAnswer, ViewError> {
    Ok(PatientAnswer {
        name: name(node, "2100D")?,
        claims: each(node, "2200D", ClaimLevel::read)?,
    })
}
