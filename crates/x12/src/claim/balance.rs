//! The sums that a claim must satisfy, exact to the last digit.

use std::fmt;

use rust_decimal::Decimal;

use super::{Claim, OtherPayer};
use crate::parts::{Adjustment, number, total};

/// Which sum does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// The charges of the lines make CLM02.
    Charge,
    /// What another payer paid (AMT D) and adjusted, for the claim and its lines, makes CLM02.
    OtherPayer,
    /// What another payer paid (SVD02) and adjusted on a line makes the line's charge.
    OtherPayerLine,
}

/// A sum that does not hold, and where. `Debug` and `Display` show no amount; [`Imbalance::explain`] does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Imbalance {
    pub rule: Rule,
    /// The claim by its place in the transaction set, from 1.
    pub claim: usize,
    /// The other payer by its place in the claim, from 1.
    pub payer: Option<usize>,
    /// The line by its place in the claim, from 1.
    pub line: Option<usize>,
    /// What was charged.
    pub stated: Decimal,
    /// What the parts make.
    pub computed: Decimal,
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
        let what = match self.rule {
            Rule::Charge => "the charges of the lines do not make CLM02",
            Rule::OtherPayer => "the decision of another payer does not make CLM02",
            Rule::OtherPayerLine => "the decision of another payer does not make the charge of a line",
        };
        write!(f, "{what}, claim {}", self.claim)?;
        if let Some(payer) = self.payer {
            write!(f, ", other payer {payer}")?;
        }
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Imbalance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Imbalance({self})")
    }
}

impl Claim {
    /// Every sum that does not hold; the claim counts as claim 1.
    pub fn balance(&self) -> Vec<Imbalance> {
        self.balance_at(1)
    }

    pub(super) fn balance_at(&self, claim: usize) -> Vec<Imbalance> {
        let differ = |rule, stated: Decimal, computed: Decimal| {
            (stated != computed).then_some(Imbalance {
                rule,
                claim,
                payer: None,
                line: None,
                stated,
                computed,
            })
        };
        let charges = total(self.lines.iter().map(|line| line.service.charge()));
        let mut found: Vec<_> = differ(Rule::Charge, self.charge, charges).into_iter().collect();
        for (payer, at) in self.other_payers.iter().zip(1..) {
            let here = |imbalance| Imbalance {
                payer: Some(at),
                ..imbalance
            };
            if let Some(paid) = payer.paid() {
                let computed = paid.saturating_add(self.adjusted_by(payer));
                found.extend(differ(Rule::OtherPayer, self.charge, computed).map(here));
            }
            for ((number, charge), computed) in self.decided_by(payer) {
                let line = Some(number);
                let at_line = differ(Rule::OtherPayerLine, charge, computed).map(here);
                found.extend(at_line.map(|imbalance| Imbalance { line, ..imbalance }));
            }
        }
        found
    }

    /// CAS of the claim and of all its lines.
    fn adjusted_by(&self, payer: &OtherPayer) -> Decimal {
        let decisions = self.lines.iter().flat_map(|line| &line.adjudications);
        let own = decisions.filter(|decision| Some(decision.payer_id.as_str()) == payer.id());
        let lines = total(own.map(|decision| Adjustment::total(&decision.adjustments)));
        Adjustment::total(&payer.adjustments).saturating_add(lines)
    }

    /// The lines that a payer decided on, with their charge and what the decision makes.
    fn decided_by(&self, payer: &OtherPayer) -> Vec<((usize, Decimal), Decimal)> {
        let lines = self.lines.iter().zip(1..);
        let decided = lines.filter_map(|(line, number)| {
            let mut own = line
                .adjudications
                .iter()
                .filter(|decision| Some(decision.payer_id.as_str()) == payer.id())
                .peekable();
            own.peek()?;
            let sum = total(own.flat_map(|decision| [decision.paid, Adjustment::total(&decision.adjustments)]));
            Some(((number, line.service.charge()), sum))
        });
        decided.collect()
    }
}
