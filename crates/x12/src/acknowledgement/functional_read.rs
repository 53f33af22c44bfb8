//! Reads a 999: the group it acknowledges, its transaction sets, and their errors.

use super::outcome::{BusinessUnit, ElementError, SegmentError, SituationalTrigger, TRIGGER, TransactionOutcome};
use crate::envelope::Transaction;
use crate::segment::Segment;

/// A 999.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Functional {
    /// AK101: GS01 of the acknowledged group.
    pub functional_id: String,
    /// AK102: its GS06.
    pub group_control: String,
    /// AK103: its GS08.
    pub version: String,
    /// AK901: `A` accepted, `E` accepted with errors, `P` partly accepted, `R` rejected.
    pub verdict: String,
    /// AK902 to AK904: stated, received, accepted transaction sets.
    pub counts: (u32, u32, u32),
    /// AK905 to AK909.
    pub codes: Vec<String>,
    /// The outcome of each transaction set; accepted ones may be left out by the sender.
    pub transactions: Vec<TransactionOutcome>,
}

/// Why a transaction set cannot be read as a 999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadFunctionalError {
    /// ST01 is not 999.
    #[error("the transaction set is not a 999")]
    Kind,
    /// A segment that identifies the group or its outcome is missing.
    #[error("the 999 has no {0}")]
    Missing(&'static str),
}

impl Functional {
    /// Reads one 999. Misplaced segments are ignored.
    ///
    /// # Errors
    /// [`ReadFunctionalError::Kind`] for another transaction set, [`ReadFunctionalError::Missing`]
    /// without AK1 or AK9.
    pub fn read(transaction: &Transaction<'_>) -> Result<Self, ReadFunctionalError> {
        if transaction.id != "999" {
            return Err(ReadFunctionalError::Kind);
        }
        let find = |id| transaction.segments.iter().find(|segment| segment.id() == id);
        let ak1 = find("AK1").ok_or(ReadFunctionalError::Missing("AK1"))?;
        let ak9 = find("AK9").ok_or(ReadFunctionalError::Missing("AK9"))?;
        let count = |n| ak9.element(n).parse().unwrap_or_default();
        let mut read = Self {
            functional_id: ak1.element(1).to_owned(),
            group_control: ak1.element(2).to_owned(),
            version: ak1.element(3).to_owned(),
            verdict: ak9.element(1).to_owned(),
            counts: (count(2), count(3), count(4)),
            codes: codes(ak9, 5),
            transactions: Vec::new(),
        };
        for segment in &transaction.segments {
            read.take(segment);
        }
        Ok(read)
    }

    /// Whether the whole group was accepted, with or without errors.
    pub fn is_accepted(&self) -> bool {
        matches!(self.verdict.as_str(), "A" | "E")
    }

    fn take(&mut self, segment: &Segment<'_>) {
        let text = |n| segment.element(n).to_owned();
        match segment.id() {
            "AK2" => self.transactions.push(TransactionOutcome {
                id: text(1),
                control: text(2),
                version: text(3),
                accepted: false,
                codes: Vec::new(),
                segments: Vec::new(),
            }),
            "IK3" => {
                if let Some(transaction) = self.transactions.last_mut() {
                    transaction.segments.push(SegmentError {
                        id: text(1),
                        position: segment.element(2).parse().unwrap_or_default(),
                        loop_id: text(3),
                        code: text(4),
                        unit: None,
                        triggers: Vec::new(),
                        elements: Vec::new(),
                    });
                }
            }
            // Those before the first element concern the segment, the others the element before
            // them.
            "CTX" if segment.component(1, 1) == TRIGGER => {
                let errors = self.transactions.last_mut();
                if let Some(error) = errors.and_then(|transaction| transaction.segments.last_mut()) {
                    let triggers = match error.elements.last_mut() {
                        Some(element) => &mut element.triggers,
                        None => &mut error.triggers,
                    };
                    triggers.push(trigger(segment));
                }
            }
            // The business unit precedes the elements.
            "CTX" => {
                let errors = self.transactions.last_mut();
                if let Some(error) = errors.and_then(|transaction| transaction.segments.last_mut()) {
                    error.unit = Some(BusinessUnit {
                        kind: segment.component(1, 1).to_owned(),
                        value: segment.component(1, 2).to_owned(),
                    });
                }
            }
            "IK4" => {
                let errors = self
                    .transactions
                    .last_mut()
                    .and_then(|transaction| transaction.segments.last_mut());
                if let Some(error) = errors {
                    error.elements.push(element(segment));
                }
            }
            "IK5" => {
                if let Some(transaction) = self.transactions.last_mut() {
                    transaction.accepted = matches!(segment.element(1), "A" | "E");
                    transaction.codes = codes(segment, 2);
                }
            }
            _ => {}
        }
    }
}

fn codes(segment: &Segment<'_>, from: usize) -> Vec<String> {
    let all = (from..from + 5).map(|n| segment.element(n).to_owned());
    all.filter(|code| !code.is_empty()).collect()
}

fn trigger(ctx: &Segment<'_>) -> SituationalTrigger {
    SituationalTrigger {
        id: ctx.element(2).to_owned(),
        position: ctx.element(3).parse().ok(),
        loop_id: ctx.element(4).to_owned(),
        at: (!ctx.element(5).is_empty()).then(|| position(ctx, 5)),
        number: ctx.component(6, 1).parse().unwrap_or_default(),
    }
}

/// C030: element, component, repetition.
fn position(segment: &Segment<'_>, n: usize) -> (u8, u8, u16) {
    let at = |c| segment.component(n, c);
    (
        at(1).parse().unwrap_or_default(),
        at(2).parse().unwrap_or_default(),
        at(3).parse().unwrap_or(1),
    )
}

fn element(ik4: &Segment<'_>) -> ElementError {
    let value = Some(ik4.element(4).to_owned()).filter(|value| !value.is_empty());
    ElementError {
        at: position(ik4, 1),
        number: ik4.element(2).parse().unwrap_or_default(),
        code: ik4.element(3).to_owned(),
        value,
        triggers: Vec::new(),
    }
}
