//! The sums that an 820 should satisfy, exact to the last digit.

use std::fmt;

use rust_decimal::Decimal;

use super::{Adjustment, PremiumPayment};
use crate::parts::{number, total};

/// Which sum does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// RMR04 of all premiums and ADX01 of all changes of earlier payments (loops 2200) make BPR02.
    Payment,
    /// Where RMR05 is stated: it and ADX01 of this payment (loops 2320) make RMR04. Only a warning, as payers differ in the sign.
    Premium,
}

/// A sum that does not hold, and where. `Debug` and `Display` show no amount; [`Imbalance::explain`] does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Imbalance {
    pub rule: Rule,
    /// The premium by its place in [`PremiumPayment::premiums`], from 1.
    pub premium: Option<usize>,
    /// What the payment says.
    pub stated: Decimal,
    /// What its parts make.
    pub computed: Decimal,
}

impl Rule {
    /// True where the payment may be posted all the same.
    pub fn is_warning(self) -> bool {
        self == Self::Premium
    }

    /// The element that states the sum.
    pub fn stated_in(self) -> &'static str {
        match self {
            Self::Payment => "BPR02",
            Self::Premium => "RMR04",
        }
    }
}

impl Imbalance {
    /// Stated less computed.
    pub fn difference(&self) -> Decimal {
        self.stated.saturating_sub(self.computed)
    }

    /// With the amounts, for whoever may see them.
    pub fn explain(&self) -> String {
        let (stated, computed) = (number(self.stated), number(self.computed));
        let difference = number(self.difference());
        format!("{self}: stated {stated}, computed {computed}, difference {difference}")
    }
}

impl fmt::Display for Imbalance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} does not balance", self.rule.stated_in())?;
        match self.premium {
            Some(premium) => write!(f, ", premium {premium}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Imbalance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Imbalance({self})")
    }
}

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
        let mut found = Vec::new();
        for (premium, at) in self.premiums().zip(1..) {
            let Some(billed) = premium.billed else { continue };
            let computed = billed.saturating_add(sum(&premium.adjustments));
            found.extend(differ(Rule::Premium, Some(at), premium.paid, computed));
        }
        found.extend(differ(Rule::Payment, None, self.payment.amount, self.computed_amount()));
        found
    }
}

fn differ(rule: Rule, premium: Option<usize>, stated: Decimal, computed: Decimal) -> Option<Imbalance> {
    (stated != computed).then_some(Imbalance {
        rule,
        premium,
        stated,
        computed,
    })
}
