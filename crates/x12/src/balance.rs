//! The sums that must agree, exact to the last digit. Each rule is defined once, for streams that
//! are checked and for typed values.

mod claim;
mod remittance;

use rust_decimal::Decimal;

pub use claim::ClaimSums;
pub use remittance::{RemittanceSums, Stated};

/// A sum that must agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Rule {
    /// 837: CLM02 is the sum of the lines.
    ClaimCharge,
    /// 837: the payment of another payer (AMT D) and its adjustments of the claim and its lines add
    /// up to CLM02.
    OtherPayer,
    /// 837: the payment of another payer for a line (SVD02) and its adjustments add up to the
    /// line's charge.
    OtherPayerLine,
    /// 835: SVC02 less adjustments is SVC03.
    LinePayment,
    /// 835: CLP03 less adjustments of the claim and its lines is CLP04.
    ClaimPayment,
    /// 835: where there are lines, their SVC02 add up to CLP03.
    ClaimLines,
    /// 835: CLP05 is the sum of the PR adjustments. A warning.
    PatientShare,
    /// 835: CLP04 of all claims less PLB is BPR02.
    Payment,
    /// 820: RMR04 of all premiums and ADX01 of all adjustments of earlier payments (loops 2200) add
    /// up to BPR02.
    PremiumPayment,
    /// 820: where RMR05 is stated, it and ADX01 of this payment (loops 2320) add up to RMR04. A
    /// warning, as payers differ in the sign.
    Premium,
}

/// Receives each sum that does not agree: the rule, the stated and the computed amount, and the
/// place.
pub type OnImbalance<'t, P> = dyn FnMut(Rule, Decimal, Decimal, P) + 't;

impl Rule {
    /// Whether it is a warning, for which nothing is rejected or held.
    pub fn is_warning(self) -> bool {
        matches!(self, Self::PatientShare | Self::Premium)
    }

    /// One sentence on what does not agree.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::ClaimCharge => "The claim's charge (CLM02) is not the sum of its lines",
            Self::OtherPayer => "The other payer's payment and adjustments do not add up to the claim's charge",
            Self::OtherPayerLine => "The other payer's payment and adjustments do not add up to the line's charge",
            Self::LinePayment => "The line's payment (SVC03) is not its charge less its adjustments",
            Self::ClaimPayment => "The claim's payment (CLP04) is not its charge less all adjustments",
            Self::ClaimLines => "The claim's charge (CLP03) is not the sum of its lines",
            Self::PatientShare => "The patient's share (CLP05) is not the sum of the PR adjustments",
            Self::Payment => "The payment (BPR02) is not the sum of the claims less provider adjustments",
            Self::PremiumPayment => {
                "The payment (BPR02) is not the sum of the premiums and the adjustments of earlier payments"
            }
            Self::Premium => "The premium paid (RMR04) is not the premium billed plus its adjustments",
        }
    }
}

/// Reports an amount that differs from the computed one, where both are known.
pub fn compare<P>(
    rule: Rule,
    stated: Option<Decimal>,
    computed: impl Into<Sum>,
    at: P,
    on_imbalance: &mut OnImbalance<'_, P>,
) {
    let computed = computed.into().amount();
    if let Some((stated, computed)) = stated.zip(computed).filter(|(stated, computed)| stated != computed) {
        on_imbalance(rule, stated, computed, at);
    }
}

/// A sum of amounts. An amount that cannot be read makes it unknown: nothing is compared with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sum(Option<Decimal>);

impl Default for Sum {
    fn default() -> Self {
        Self(Some(Decimal::ZERO))
    }
}

impl Sum {
    /// A sum with an amount that cannot be read.
    pub const UNKNOWN: Self = Self(None);

    /// An amount; `None` where it is stated but cannot be read.
    pub const fn of(amount: Option<Decimal>) -> Self {
        Self(amount)
    }

    /// The amount; `None` where it is unknown.
    pub const fn amount(self) -> Option<Decimal> {
        self.0
    }

    /// Adds; saturates at 28 digits.
    pub fn add(&mut self, more: Self) {
        self.0 = self.0.zip(more.0).map(|(sum, more)| sum.saturating_add(more));
    }

    /// The difference; saturates at 28 digits.
    #[must_use]
    pub fn less(self, other: Self) -> Self {
        Self(self.0.zip(other.0).map(|(sum, other)| sum.saturating_sub(other)))
    }
}

impl From<Option<Decimal>> for Sum {
    /// `None` is an amount that cannot be read.
    fn from(amount: Option<Decimal>) -> Self {
        Self(amount)
    }
}

impl From<Decimal> for Sum {
    fn from(amount: Decimal) -> Self {
        Self(Some(amount))
    }
}
