//! Adjustments of a payment: CAS.

use rust_decimal::Decimal;
use serde::Serialize;

use super::{all, optional, total};
use mc_x12::tree::Node;
use mc_x12::{Builder, Line, WriteError};

/// Maximum triplets of reason, amount and quantity in one CAS.
const TRIPLETS: usize = 6;

/// One adjustment: one triplet of a CAS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Adjustment {
    /// CAS01: `CO` contractual obligation, `PR` patient responsibility, `OA` other, `PI` payer
    /// initiated.
    pub group: String,
    /// Claim adjustment reason code.
    pub reason: String,
    /// A positive amount reduces the payment; `None` where it is absent or unreadable.
    pub amount: Option<Decimal>,
    pub quantity: Option<Decimal>,
}

impl Adjustment {
    pub fn new(group: impl Into<String>, reason: impl Into<String>, amount: impl Into<Decimal>) -> Self {
        Self {
            group: group.into(),
            reason: reason.into(),
            amount: Some(amount.into()),
            quantity: None,
        }
    }

    /// Group `PR`.
    pub fn is_patient_responsibility(&self) -> bool {
        self.group == "PR"
    }

    /// Whether the group is `PR`, or unknown.
    pub(crate) fn may_be_of_patient(&self) -> bool {
        !matches!(self.group.as_str(), "CO" | "CR" | "OA" | "PI")
    }

    /// The sum of the amounts; `None` where one of them is unknown.
    pub fn total(adjustments: &[Self]) -> Option<Decimal> {
        total(adjustments.iter().map(|a| a.amount))
    }
}

/// Every triplet of every CAS of a loop. A triplet without reason and amount is skipped.
pub(crate) fn adjustments(node: &Node<'_>) -> Vec<Adjustment> {
    let mut found = Vec::new();
    for at in all(node, "CAS") {
        for triplet in 0..TRIPLETS {
            let n = 2 + 3 * triplet;
            if at.is_empty(n) && at.is_empty(n + 1) {
                continue;
            }
            found.push(Adjustment {
                group: at.text(1),
                reason: at.text(n),
                amount: at.number(n + 1),
                quantity: at.number(n + 2),
            });
        }
    }
    found
}

/// Writes as few CAS as the order allows: consecutive adjustments of one group share one, up to
/// six.
pub(crate) fn write_adjustments(out: &mut Builder, adjustments: &[Adjustment]) -> Result<(), WriteError> {
    for same_group in adjustments.chunk_by(|a, b| a.group == b.group) {
        for part in same_group.chunks(TRIPLETS) {
            let group = part.first().map_or("", |a| &a.group);
            let line = Line::new("CAS").required(group, 2);
            out.push(part.iter().fold(line, |line, adjustment| {
                line.required(&adjustment.reason, 5)
                    .required(&optional(adjustment.amount), 18)
                    .data(&optional(adjustment.quantity), 15)
            }))?;
        }
    }
    Ok(())
}
