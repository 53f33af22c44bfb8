//! The sums that must agree, exact to the last digit: each rule is stated here once, for what a stream is checked for
//! and for what a view tells.

mod claim;
mod remittance;

use rust_decimal::Decimal;

pub use claim::ClaimSums;
pub use remittance::{RemittanceSums, Stated};

/// The sums that must agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// 837: CLM02 is the sum of the lines.
    ClaimCharge,
    /// 837: for another payer, what it paid (AMT D) and its adjustments of the claim and its lines make CLM02.
    OtherPayer,
    /// 837: what another payer paid (SVD02) and adjusted on a line makes the line's charge.
    OtherPayerLine,
    /// 835: SVC02 less adjustments is SVC03.
    LinePayment,
    /// 835: CLP03 less adjustments of the claim and its lines is CLP04.
    ClaimPayment,
    /// 835: where there are lines, their SVC02 make CLP03.
    ClaimLines,
    /// 835: CLP05 is the sum of the PR adjustments. Only a warning.
    PatientShare,
    /// 835: CLP04 of all claims less PLB is BPR02.
    Payment,
    /// 820: RMR04 of all premiums and ADX01 of all changes of earlier payments (loops 2200) make BPR02.
    PremiumPayment,
    /// 820: where RMR05 is stated, it and ADX01 of this payment (loops 2320) make RMR04. Only a warning, as payers
    /// differ in the sign.
    Premium,
}

/// Told what does not agree: the rule, what is stated, what the parts make, and where.
pub type OnImbalance<'t, P> = dyn FnMut(Rule, Decimal, Decimal, P) + 't;

impl Rule {
    /// True where nothing is rejected or held for it.
    pub fn is_warning(self) -> bool {
        matches!(self, Self::PatientShare | Self::Premium)
    }

    /// What does not hold, in the words of a billing office.
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

/// Tells where what is stated is not what follows.
pub fn compare<P>(
    rule: Rule,
    stated: Option<Decimal>,
    computed: Decimal,
    at: P,
    on_imbalance: &mut OnImbalance<'_, P>,
) {
    if let Some(stated) = stated.filter(|stated| *stated != computed) {
        on_imbalance(rule, stated, computed, at);
    }
}

/// Adds, as far as 28 digits reach.
fn add(sum: &mut Decimal, more: Decimal) {
    *sum = sum.saturating_add(more);
}
