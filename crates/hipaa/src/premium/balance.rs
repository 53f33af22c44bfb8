//! The sums of an 820.

use rust_decimal::Decimal;

use super::{Adjustment, PremiumPayment};
use crate::balance::{Imbalance, Position, Rule, compare};
use crate::parts::total;

fn sum(adjustments: &[Adjustment]) -> Option<Decimal> {
    total(adjustments.iter().map(|adjustment| adjustment.amount))
}

impl PremiumPayment {
    /// The computed BPR02: RMR04 of all premiums and ADX01 of all adjustments of earlier payments;
    /// `None` where one of them is unknown.
    pub fn computed_amount(&self) -> Option<Decimal> {
        let organization = self.organization.iter().map(|o| sum(&o.adjustments));
        let individuals = self.individuals.iter().map(|i| sum(&i.adjustments));
        let premiums = self.premiums().map(|premium| premium.paid);
        total(premiums.chain(organization).chain(individuals))
    }

    /// Every sum that does not agree. A payment must be held for one that is not a
    /// [warning](Rule::is_warning).
    pub fn balance(&self) -> Vec<Imbalance> {
        Imbalance::all(|on_imbalance| {
            for (premium, at) in self.premiums().zip(1..) {
                let computed = total([premium.billed, sum(&premium.adjustments)]);
                compare(
                    Rule::Premium,
                    premium.paid,
                    computed,
                    Position::premium(at),
                    on_imbalance,
                );
            }
            compare(
                Rule::PremiumPayment,
                self.payment.amount,
                self.computed_amount(),
                Position::default(),
                on_imbalance,
            );
        })
    }
}
