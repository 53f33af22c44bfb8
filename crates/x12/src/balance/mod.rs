//! The sums that must agree, exact to the last digit: each rule is stated here once, for what a stream is checked for
//! and for what a view tells.

mod claim;
mod remittance;

use std::fmt;

use rust_decimal::Decimal;

pub(crate) use claim::ClaimSums;
pub(crate) use remittance::{RemittanceSums, Stated};

use crate::parts::number;

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

/// Where in a view, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Position {
    /// The claim by its place in the transaction set.
    pub claim: Option<usize>,
    /// The other payer by its place in the claim.
    pub payer: Option<usize>,
    /// The line by its place in the claim.
    pub line: Option<usize>,
    /// The premium by its place in [`PremiumPayment::premiums`](crate::premium::PremiumPayment::premiums).
    pub premium: Option<usize>,
}

/// A sum of a view that does not hold, and where. `Debug` and `Display` show no amount; [`Imbalance::explain`] does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Imbalance {
    pub rule: Rule,
    pub at: Position,
    /// What is said.
    pub stated: Decimal,
    /// What the parts make.
    pub computed: Decimal,
}

/// Told what does not agree: the rule, what is stated, what the parts make, and where.
pub(crate) type Tell<'t, P> = dyn FnMut(Rule, Decimal, Decimal, P) + 't;

impl Rule {
    /// True where nothing is rejected or held for it.
    pub fn is_warning(self) -> bool {
        matches!(self, Self::PatientShare | Self::Premium)
    }

    /// What does not hold, in the words of a billing office.
    pub(crate) fn sentence(self) -> &'static str {
        match self {
            Self::ClaimCharge => "The claim's charge (CLM02) is not the sum of its lines",
            Self::OtherPayer => "What the other payer paid and adjusted does not make the claim's charge",
            Self::OtherPayerLine => "What the other payer paid and adjusted does not make the line's charge",
            Self::LinePayment => "The line's payment (SVC03) is not its charge less its adjustments",
            Self::ClaimPayment => "The claim's payment (CLP04) is not its charge less all adjustments",
            Self::ClaimLines => "The claim's charge (CLP03) is not the sum of its lines",
            Self::PatientShare => "The patient's share (CLP05) is not the sum of the PR adjustments",
            Self::Payment => "The payment (BPR02) is not the sum of the claims less provider adjustments",
            Self::PremiumPayment => {
                "The payment (BPR02) is not the sum of the premiums and the changes of earlier ones"
            }
            Self::Premium => "The premium paid (RMR04) is not the premium billed with its adjustments",
        }
    }
}

impl Position {
    /// A claim.
    pub(crate) fn claim(claim: usize) -> Self {
        Self {
            claim: Some(claim),
            ..Self::default()
        }
    }

    /// A premium.
    pub(crate) fn premium(premium: usize) -> Self {
        Self {
            premium: Some(premium),
            ..Self::default()
        }
    }

    /// A line of the same claim.
    pub(crate) fn line(self, line: usize) -> Self {
        let line = Some(line);
        Self { line, ..self }
    }

    /// Another payer of the same claim.
    pub(crate) fn payer(self, payer: usize) -> Self {
        let payer = Some(payer);
        Self { payer, ..self }
    }
}

impl Imbalance {
    /// What `add_up` tells.
    pub(crate) fn all(add_up: impl FnOnce(&mut Tell<'_, Position>)) -> Vec<Self> {
        let mut found = Vec::new();
        add_up(&mut |rule, stated, computed, at| {
            found.push(Self {
                rule,
                at,
                stated,
                computed,
            });
        });
        found
    }

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
        f.write_str(self.rule.sentence())?;
        let Position {
            claim,
            payer,
            line,
            premium,
        } = self.at;
        for (what, at) in [
            ("claim", claim),
            ("other payer", payer),
            ("line", line),
            ("premium", premium),
        ] {
            if let Some(at) = at {
                write!(f, ", {what} {at}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Imbalance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Imbalance({self})")
    }
}

/// Tells where what is stated is not what follows.
pub(crate) fn compare<P>(rule: Rule, stated: Option<Decimal>, computed: Decimal, at: P, tell: &mut Tell<'_, P>) {
    if let Some(stated) = stated.filter(|stated| *stated != computed) {
        tell(rule, stated, computed, at);
    }
}

/// Adds, as far as 28 digits reach.
fn add(sum: &mut Decimal, more: Decimal) {
    *sum = sum.saturating_add(more);
}
