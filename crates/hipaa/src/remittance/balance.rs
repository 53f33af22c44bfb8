//! The sums of a remittance.

use rust_decimal::Decimal;

use super::{ClaimPayment, Remittance};
use crate::balance::{Imbalance, OnImbalance, Position, RemittanceSums, Stated};
use crate::parts::Adjustment;

impl Remittance {
    /// Every sum that does not agree; empty for a remittance that may be posted. A remittance must
    /// be held for one that is not a [warning](crate::balance::Rule::is_warning).
    ///
    /// A reversal follows the same rules with negated amounts; it may leave out CLP05 without a
    /// warning.
    pub fn balance(&self) -> Vec<Imbalance> {
        Imbalance::all(|on_imbalance| self.add_up(on_imbalance).finish(on_imbalance))
    }

    /// The computed BPR02: CLP04 of all claims less all PLB amounts; `None` where one of them is
    /// unknown.
    pub fn computed_amount(&self) -> Option<Decimal> {
        self.add_up(&mut |_, _, _, _| ()).due().amount()
    }

    fn add_up(&self, on_imbalance: &mut OnImbalance<'_, Position>) -> RemittanceSums<Position> {
        let mut sums = RemittanceSums::default();
        sums.payment(self.payment.amount, Position::default());
        for (claim, at) in self.claims().zip(1..) {
            claim.add_to(&mut sums, at, on_imbalance);
        }
        self.adjustments.iter().for_each(|by| sums.provider(by.amount));
        sums
    }
}

impl ClaimPayment {
    /// The sums of this claim; it counts as claim 1.
    pub fn balance(&self) -> Vec<Imbalance> {
        let mut sums = RemittanceSums::default();
        Imbalance::all(|on_imbalance| self.add_to(&mut sums, 1, on_imbalance))
    }

    fn add_to(&self, sums: &mut RemittanceSums<Position>, claim: usize, on_imbalance: &mut OnImbalance<'_, Position>) {
        let at = Position::claim(claim);
        let nothing_owed = (!self.is_reversal()).then_some(Decimal::ZERO);
        let stated = Stated {
            charge: self.charge,
            paid: self.paid,
            patient: self.patient_responsibility.or(nothing_owed),
        };
        let adjusted = |sums: &mut RemittanceSums<_>, adjustments: &[Adjustment]| {
            for by in adjustments {
                sums.adjusted(by.is_patient_responsibility(), by.amount);
            }
        };
        sums.claim(stated, at, on_imbalance);
        adjusted(sums, &self.adjustments);
        for (line, number) in self.lines.iter().zip(1..) {
            sums.line(line.charge, line.paid, at.line(number), on_imbalance);
            adjusted(sums, &line.adjustments);
        }
        sums.end_claim(on_imbalance);
    }
}
