//! The sums of a claim.

use rust_decimal::Decimal;

use super::Claim;
use crate::balance::{ClaimSums, Imbalance, OnImbalance, Position};
use crate::parts::Adjustment;

impl Claim {
    /// Every sum that does not agree; the claim counts as claim 1.
    pub fn balance(&self) -> Vec<Imbalance> {
        Imbalance::all(|on_imbalance| self.add_up(1, on_imbalance))
    }

    pub(super) fn add_up(&self, claim: usize, on_imbalance: &mut OnImbalance<'_, Position>) {
        let at = Position::claim(claim);
        let mut sums = ClaimSums::default();
        sums.claim(self.charge, at, on_imbalance);
        for (payer, number) in self.other_payers.iter().zip(1..) {
            sums.payer(at.payer(number));
            sums.payer_adjusted(Adjustment::total(&payer.adjustments));
            sums.payer_paid(payer.paid());
            sums.payer_id(payer.id().unwrap_or_default());
        }
        if self.lines.is_empty() {
            // Without lines the sum is zero. A stream reports the missing lines instead.
            sums.line(Some(Decimal::ZERO), on_imbalance);
        }
        for (line, number) in self.lines.iter().zip(1..) {
            sums.line(line.service.charge(), on_imbalance);
            for decision in &line.adjudications {
                let mut payers = self.other_payers.iter();
                // A decision of a payer that the claim does not name is not part of its sums.
                let Some(payer) = payers.position(|payer| payer.id() == Some(&decision.payer_id)) else {
                    continue;
                };
                let at = at.payer(payer + 1).line(number);
                sums.decision(&decision.payer_id, decision.paid, at);
                sums.adjusted(Adjustment::total(&decision.adjustments));
            }
        }
        sums.finish(on_imbalance);
    }
}
