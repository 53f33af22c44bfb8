//! The sums that an 820 should satisfy.

use rust_decimal::Decimal;

use super::{Adjustment, PremiumPayment};
use crate::balance::{Imbalance, Position, Rule, compare};
use crate::parts::total;

fn sum(adjustments: &[Adjustment]) -> Decimal {
    total(adjustments.iter().map(|adjustment| adjustment.amount))
}

impl PremiumPayment {
    /// What BPR02 must be: RMR04 of all premiums and ADX01 of all changes of earlier payments.
    pub fn computed_amount(&self) -> Decimal {
        let organization = self.organization.iter().map(|o| sum(&o.adjustments));
        let individuals = self.individuals.iter().map(|i| sum(&i.adjustments));
        let premiums = self.premiums().map(|premium| premium.paid);
        total(premiums.chain(organization).chain(individuals))
    }

    /// Every sum that does not hold. One for which a rule fails that is not a [warning](Rule::is_warning) must be held.
    pub fn balance(&self) -> Vec<Imbalance> {
        Imbalance::all(|on_imbalance| {
            for (premium, at) in self.premiums().zip(1..) {
                let Some(billed) = premium.billed else { continue };
                let computed = billed.saturating_add(sum(&premium.adjustments));
                compare(
                    Rule::Premium,
                    Some(premium.paid),
                    computed,
                    Position::premium(at),
                    on_imbalance,
                );
            }
            let (stated, computed) = (Some(self.payment.amount), self.computed_amount());
            compare(
                Rule::PremiumPayment,
                stated,
                computed,
                Position::default(),
                on_imbalance,
            );
        })
    }
}
